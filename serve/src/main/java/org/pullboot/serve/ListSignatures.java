package org.pullboot.serve;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pullboot.fleet.Artifact;
import org.pullboot.fleet.Draft;
import org.pullboot.fleet.Fleet;
import org.pullboot.fleet.Generation;
import org.pullboot.fleet.OpenArtifact;
import org.pullboot.image.Sha256;
import org.pullboot.openpgp.OpenPgpSigner;

/**
 * The signatures that systemd's {@code verify=signature} asks for: LIST.gpg and LIST.asc beside each checksum list, whether
 * the server made it or it lies beside the images. Every list that somebody may ask for is signed before the generation is
 * published that makes it so; a request only looks its signature up, by what is signed. One thread at a time, but for
 * {@link #named}.
 */
final class ListSignatures {
    private static final String BINARY = ".gpg";
    private static final String ARMORED = ".asc";
    /** systemd reads no more of a list. */
    private static final long MAX_LIST = 1 << 20;

    private final Fleet fleet;
    private final @Nullable OpenPgpSigner signer;
    private volatile Map<Sha256, byte[]> signatures = Map.of();

    /**
     * @param signer null when nothing is signed
     */
    ListSignatures(Fleet fleet, @Nullable OpenPgpSigner signer) {
        this.fleet = fleet;
        this.signer = signer;
    }

    /**
     * Signs what was published by an earlier run.
     *
     * @throws IOException when the key cannot sign, or a list cannot be read
     */
    void restore() throws IOException {
        if (signer != null) {
            cover(signer, ChecksumLists.possible(fleet.generations(), fleet.newest()), Map.of());
        }
    }

    /**
     * Signs what can be asked for once this is published, and what can be until then.
     *
     * @throws IOException when the key cannot sign, or a list cannot be read
     */
    void prepare(Draft draft) throws IOException {
        if (signer == null) {
            return;
        }
        Generation next = generation(draft);
        List<Generation> kept = new ArrayList<>(fleet.generations());
        kept.removeIf(generation -> generation.id().equals(next.id()));
        kept.add(next);
        List<Generation> newest = new ArrayList<>(fleet.newest());
        newest.removeIf(generation -> generation.source().equals(next.source()));
        newest.add(next);
        Set<String> texts = new HashSet<>(ChecksumLists.possible(fleet.generations(), fleet.newest()));
        texts.addAll(ChecksumLists.possible(kept, newest));
        Map<Sha256, byte[]> own = new HashMap<>();
        for (Draft.File file : draft.files()) {
            if (ChecksumLists.is(file.name()) && file.identity().size() <= MAX_LIST) {
                try (FileChannel channel = file.handle().channel()) {
                    own.put(file.digest(), read(channel));
                }
            }
        }
        cover(signer, texts, own);
    }

    private static Generation generation(Draft draft) {
        List<Artifact> artifacts = draft.files().stream()
                .map(file -> new Artifact(
                        file.name(),
                        file.role(),
                        file.digest(),
                        file.identity().size(),
                        Instant.EPOCH,
                        file.mediaType()))
                .toList();
        return new Generation(draft.id(), draft.source(), Instant.EPOCH, artifacts);
    }

    private void cover(OpenPgpSigner key, Set<String> texts, Map<Sha256, byte[]> own) throws IOException {
        Map<Sha256, byte[]> before = signatures;
        Map<Sha256, byte[]> next = new HashMap<>();
        for (String text : texts) {
            add(next, before, key, text.getBytes(StandardCharsets.UTF_8));
        }
        for (byte[] list : own.values()) {
            add(next, before, key, list);
        }
        for (Generation generation : fleet.generations()) {
            for (Artifact artifact : generation.artifacts()) {
                if (ChecksumLists.is(artifact.name()) && artifact.size() <= MAX_LIST) {
                    addPublished(next, before, key, generation, artifact);
                }
            }
        }
        signatures = Map.copyOf(next);
    }

    private void addPublished(
            Map<Sha256, byte[]> next,
            Map<Sha256, byte[]> before,
            OpenPgpSigner key,
            Generation generation,
            Artifact artifact)
            throws IOException {
        byte[] known = before.get(artifact.digest());
        if (known != null) {
            next.put(artifact.digest(), known);
            return;
        }
        Optional<OpenArtifact> open = fleet.open(generation.id(), artifact.name());
        if (open.isPresent()) {
            try (OpenArtifact list = open.get()) {
                add(next, before, key, read(list.file().channel()));
            }
        }
    }

    /** What was written meanwhile is signed as another list, which nobody asks for. */
    private static void add(Map<Sha256, byte[]> next, Map<Sha256, byte[]> before, OpenPgpSigner key, byte[] list)
            throws IOException {
        Sha256 digest = Sha256.of(Sha256.digester().digest(list));
        byte[] known = before.get(digest);
        next.put(digest, known == null ? key.sign(list) : known);
    }

    private static byte[] read(FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate((int) Math.min(channel.size(), MAX_LIST));
        while (content.hasRemaining() && channel.read(content, content.position()) >= 0) {
            // Until all of it is there.
        }
        byte[] bytes = new byte[content.position()];
        content.flip().get(bytes);
        return bytes;
    }

    /**
     * The signature of this name, of a list as these generations have it.
     *
     * @return empty when the name is no signature's, or its list is not there or not signed
     */
    Optional<byte[]> named(String name, List<Generation> generations) {
        boolean armored = name.endsWith(ARMORED);
        if (!armored && !name.endsWith(BINARY)) {
            return Optional.empty();
        }
        String list = name.substring(0, name.length() - BINARY.length());
        return ChecksumLists.is(list)
                ? digest(list, generations)
                        .flatMap(digest -> Optional.ofNullable(signatures.get(digest)))
                        .map(signature -> armored ? OpenPgpSigner.armor(signature) : signature)
                : Optional.empty();
    }

    private static Optional<Sha256> digest(String list, List<Generation> generations) {
        return generations.stream()
                .flatMap(generation -> generation.artifact(list).stream())
                .map(Artifact::digest)
                .findFirst()
                .or(() -> ChecksumLists.named(list, generations)
                        .map(text -> Sha256.of(Sha256.digester().digest(text.getBytes(StandardCharsets.UTF_8)))));
    }
}
