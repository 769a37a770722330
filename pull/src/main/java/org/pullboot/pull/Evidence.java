package org.pullboot.pull;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.ImageException;
import org.pullboot.image.Sha256;
import org.pullboot.image.Sha256Sums;

/**
 * What stands beside an image on its server: the checksum list that vouches for it, the signature of that, and the files
 * that are installed with it. All are fetched while the image comes. Used by one thread.
 *
 * <p>The names and their order are systemd-pull's: {@code NAME.sha256}, else {@code SHA256SUMS}; {@code NAME.sha256.asc},
 * else {@code NAME.sha256.gpg}, {@code SHA256SUMS.gpg}, {@code SHA256SUMS.asc}.
 */
final class Evidence {
    private static final int SIGNATURE_BYTES = 1 << 20;

    private final String url;
    private final String name;
    private final @Nullable SignatureCheck signatures;
    private final @Nullable Companion checksums;
    private final @Nullable Companion signature;
    private final Map<SideFile, Companion> sideFiles = new EnumMap<>(SideFile.class);
    private final List<Companion> all = new ArrayList<>();

    private Evidence(
            Beginning beginning, Verification verification, @Nullable SignatureCheck signatures, Set<SideFile> sides)
            throws PullException {
        this.url = beginning.url();
        this.name = Urls.lastComponent(url);
        this.signatures = verification == Verification.SIGNATURE ? signatures : null;
        String list = name + ".sha256";
        this.checksums = verification == Verification.NO
                ? null
                : beginning.companion("checksum list", Sha256Sums.MAX_BYTES, list, "SHA256SUMS");
        this.signature = verification != Verification.SIGNATURE
                ? null
                : beginning.companion(
                        "signature", SIGNATURE_BYTES, list + ".asc", list + ".gpg", "SHA256SUMS.gpg", "SHA256SUMS.asc");
        String stem = LocalName.derive(name, beginning.type());
        for (SideFile side : sides) {
            sideFiles.put(side, beginning.companion("file " + side.suffix(), SideFile.MAX_BYTES, stem + side.suffix()));
        }
        all.addAll(sideFiles.values());
        if (checksums != null) {
            all.add(checksums);
        }
        if (signature != null) {
            all.add(signature);
        }
    }

    /** What a companion needs to be asked for. */
    private record Beginning(Places places, PullOptions options, Timer timer, String url, PullType type) {
        Companion companion(String what, int limit, String... names) throws PullException {
            List<String> urls = new ArrayList<>();
            for (String name : names) {
                urls.add(Urls.changeSuffix(url, 1, name));
            }
            return new Companion(places, options, timer, what, urls, limit);
        }
    }

    /**
     * Begins to fetch it.
     *
     * @param url where the image comes from
     * @return nothing when a digest is pinned: that alone counts then
     */
    static @Nullable Evidence of(PullRequest request, Places places, PullOptions options, Timer timer, String url)
            throws PullException {
        Set<SideFile> sides = request.installation().sideFiles();
        if (request.digest() != null || (request.verification() == Verification.NO && sides.isEmpty())) {
            return null;
        }
        Evidence evidence = new Evidence(
                new Beginning(places, options, timer, url, request.type()),
                request.verification(),
                options.signatures(),
                sides);
        evidence.all.forEach(Companion::start);
        return evidence;
    }

    void cancel() {
        all.forEach(Companion::cancel);
    }

    /**
     * Looks whether the image is refused already, while it still comes.
     *
     * @throws Fault when it is
     */
    void check() throws Fault, InterruptedException {
        if (checksums != null && checksums.isDone()) {
            list(checksums);
        }
    }

    private Companion.Found list(Companion lists) throws Fault, InterruptedException {
        Optional<Companion.Found> list = lists.await();
        if (list.isEmpty()) {
            throw new Fault(
                    Fault.Kind.REFUSED,
                    "there is neither " + name
                            + ".sha256 nor SHA256SUMS beside it: make one, or use verify=no or a pin");
        }
        return list.get();
    }

    /**
     * Waits for all of it, and compares.
     *
     * @param digest of the image as it was transferred
     * @return the files to install with the image
     * @throws Fault when something does not vouch for what it has to
     */
    Map<SideFile, Companion.Found> verify(Sha256 digest, PullListener listener) throws Fault, InterruptedException {
        Map<SideFile, Companion.Found> present = present(listener);
        if (checksums != null) {
            Sha256Sums list = parse(signed(list(checksums)));
            check(list, name, digest);
            for (Companion.Found side : present.values()) {
                check(list, side.name(), Sha256.of(Sha256.digester().digest(side.content())));
            }
        }
        return present;
    }

    private Map<SideFile, Companion.Found> present(PullListener listener) throws InterruptedException {
        Map<SideFile, Companion.Found> present = new EnumMap<>(SideFile.class);
        for (Map.Entry<SideFile, Companion> side : sideFiles.entrySet()) {
            try {
                side.getValue().await().ifPresent(found -> present.put(side.getKey(), found));
            } catch (Fault e) {
                listener.warns(Urls.shown(url) + " is installed without " + e.sentence());
            }
        }
        return present;
    }

    /** The list's text, once its signature is checked if it must have one. */
    private byte[] signed(Companion.Found list) throws Fault, InterruptedException {
        SignatureCheck check = signatures;
        if (check == null || signature == null) {
            return list.content();
        }
        try {
            Optional<byte[]> inline = ClearSigned.text(list.content());
            if (inline.isPresent()) {
                check.check(inline.get(), list.content());
                return inline.get();
            }
            check.check(
                    list.content(),
                    signature.await().orElseThrow(this::noSignature).content());
            return list.content();
        } catch (PullException e) {
            throw new Fault(
                    Fault.Kind.WRONG, "its checksum list " + list.name() + " is not verified: " + e.getMessage(), e);
        }
    }

    private Fault noSignature() {
        return new Fault(
                Fault.Kind.REFUSED,
                "there is no signature beside it, as " + name
                        + ".sha256.asc or SHA256SUMS.gpg: sign the checksum list, or use verify=checksum or a pin");
    }

    private static Sha256Sums parse(byte[] list) throws Fault {
        try {
            return Sha256Sums.parse(list);
        } catch (ImageException e) {
            throw new Fault(Fault.Kind.WRONG, String.valueOf(e.getMessage()), e);
        }
    }

    private static void check(Sha256Sums list, String name, Sha256 digest) throws Fault {
        if (!list.vouchesFor(name, digest)) {
            throw new Fault(
                    Fault.Kind.WRONG,
                    list.find(name)
                            .map(listed -> (name + " has " + digest + " but its checksum list says " + listed)
                                    + ": file and list do not belong together")
                            .orElse("its checksum list does not name " + name));
        }
    }
}
