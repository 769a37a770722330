package org.pullboot.pull;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * As whom a machine connects to NVMe subsystems. Linux wants the two to belong together, hence one UUID in both.
 *
 * @param nqn host NQN
 * @param id host identifier, a UUID
 */
public record NvmeHost(String nqn, String id) {
    /** What machines without an SMBIOS UUID are named under (RFC 9562 section 5.5). */
    private static final UUID NAMES = UUID.fromString("0b4be6b3-7c57-4b0e-9c3a-6d2f1f0e7a55");

    /**
     * What a machine calls itself unless it is told otherwise.
     *
     * @param machine SMBIOS UUID in lower case, if known
     * @param mac the MAC address of the network card in use, {@code 52:54:00:12:34:56}
     */
    public static NvmeHost of(@Nullable String machine, String mac) {
        String uuid = machine == null ? named(mac).toString() : machine;
        return new NvmeHost("nqn.2014-08.org.nvmexpress:uuid:" + uuid, uuid);
    }

    /** The UUID of version 5 for a name. */
    private static UUID named(String name) {
        byte[] hash;
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(ByteBuffer.allocate(16)
                    .putLong(NAMES.getMostSignificantBits())
                    .putLong(NAMES.getLeastSignificantBits())
                    .flip());
            hash = sha1.digest(name.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java runtime has SHA-1", e);
        }
        ByteBuffer bits = ByteBuffer.wrap(hash);
        long high = (bits.getLong() & ~0xf000L) | 0x5000L;
        long low = (bits.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
