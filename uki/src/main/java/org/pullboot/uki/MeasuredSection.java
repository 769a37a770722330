package org.pullboot.uki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** A section of a UKI as the stub measures it: by its name and by the digest of its content in each bank. */
final class MeasuredSection {
    private final String name;
    private final Map<PcrBank, byte[]> digests;

    private MeasuredSection(String name, Map<PcrBank, byte[]> digests) {
        this.name = name;
        this.digests = digests;
    }

    /** Reads the content once, for all banks. */
    static MeasuredSection of(UkiSection section, Set<PcrBank> banks) throws IOException {
        Map<PcrBank, MessageDigest> hashes = new EnumMap<>(PcrBank.class);
        banks.forEach(bank -> hashes.put(bank, bank.digester()));
        try (Hashes target = new Hashes(hashes)) {
            section.content().writeTo(target);
        }
        Map<PcrBank, byte[]> digests = new EnumMap<>(PcrBank.class);
        hashes.forEach((bank, hash) -> digests.put(bank, hash.digest()));
        return new MeasuredSection(section.name(), digests);
    }

    String name() {
        return name;
    }

    /** The digest of the name with its NUL, which is measured first. */
    byte[] nameDigest(PcrBank bank) {
        return bank.digest((name + "\0").getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The digest of the content. */
    byte[] contentDigest(PcrBank bank) {
        byte[] digest = digests.get(bank);
        if (digest == null) {
            throw new IllegalArgumentException("section " + name + " was not measured for " + bank.label());
        }
        return digest.clone();
    }

    private record Hashes(Map<PcrBank, MessageDigest> hashes) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer source) {
            int count = source.remaining();
            hashes.values().forEach(hash -> hash.update(source.duplicate()));
            source.position(source.limit());
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
