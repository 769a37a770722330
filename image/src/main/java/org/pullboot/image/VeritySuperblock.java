package org.pullboot.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * The superblock of version 1 that veritysetup(8) puts before a hash tree (cryptsetup's on-disk format "DMVerity"): how
 * the tree was made. It is not protected itself: the root hash shows whether it is right, as the tree is made with it.
 *
 * @param hashType 1; 0 is the older form of Chrome OS, in which the salt comes last
 * @param uuid the name of the tree
 * @param algorithm the kernel's name for the hash: {@code sha256}
 * @param dataBlockBytes the size of a block of data: a power of two from 512 to 524288
 * @param hashBlockBytes the size of a block of the tree: as above
 * @param dataBlocks how many blocks of data are protected, at least 1
 * @param salt what is hashed with each block, in lower-case hexadecimal digits; may be empty
 */
public record VeritySuperblock(
        int hashType,
        UUID uuid,
        String algorithm,
        int dataBlockBytes,
        int hashBlockBytes,
        long dataBlocks,
        String salt) {
    /** The size of the superblock. */
    public static final int BYTES = 512;

    static final String SIGNATURE = "verity\0\0";
    static final int VERSION_AT = 8;
    static final int HASH_TYPE_AT = 12;
    static final int UUID_AT = 16;
    static final int ALGORITHM_AT = 32;
    static final int DATA_BLOCK_BYTES_AT = 64;
    static final int HASH_BLOCK_BYTES_AT = 68;
    static final int DATA_BLOCKS_AT = 72;
    static final int SALT_BYTES_AT = 80;
    static final int SALT_AT = 88;

    static final int VERSION = 1;
    static final int ALGORITHM_BYTES = 32;
    static final int LONGEST_SALT = 256;

    private static final int SMALLEST_BLOCK = 512;
    private static final int LARGEST_BLOCK = 512 * 1024;
    private static final int SECTOR = 512;
    /** More than any disk has, and few enough that sizes in bytes are no more than a long. */
    private static final long MOST_BYTES = 1L << 60;

    /**
     * Reads it from the start of a device or file.
     *
     * @throws ImageException when there is none, or one that cannot be used
     * @throws IOException when it cannot be read
     */
    public static VeritySuperblock read(FileChannel hashes) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BYTES);
        for (int count = 0; count >= 0 && block.hasRemaining(); ) {
            count = hashes.read(block, block.position());
        }
        return parse(block.flip());
    }

    /**
     * Understands the bytes from the buffer's position on.
     *
     * @throws ImageException when they are no superblock, or one that cannot be used
     */
    public static VeritySuperblock parse(ByteBuffer bytes) throws ImageException {
        ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (in.limit() < BYTES || !FileSystemType.has(in, 0, SIGNATURE)) {
            throw new ImageException(
                    "expected a dm-verity superblock at the start of the hash tree, but there is none: make the tree "
                            + "with veritysetup format, or with systemd-repart");
        }
        int version = in.getInt(VERSION_AT);
        int hashType = in.getInt(HASH_TYPE_AT);
        if (version != VERSION || (hashType != 0 && hashType != 1)) {
            throw new ImageException(
                    "expected a dm-verity superblock of version 1 with hash type 0 or 1, but came version "
                            + Integer.toUnsignedString(version) + " with hash type "
                            + Integer.toUnsignedString(hashType));
        }
        int dataBlockBytes = blockBytes(in.getInt(DATA_BLOCK_BYTES_AT), "data");
        int hashBlockBytes = blockBytes(in.getInt(HASH_BLOCK_BYTES_AT), "hash");
        long dataBlocks = in.getLong(DATA_BLOCKS_AT);
        if (dataBlocks < 1 || dataBlocks > MOST_BYTES / dataBlockBytes) {
            throw new ImageException("the dm-verity superblock speaks of " + Long.toUnsignedString(dataBlocks)
                    + " blocks of data, which no device has");
        }
        int saltBytes = in.getShort(SALT_BYTES_AT) & 0xFFFF;
        if (saltBytes > LONGEST_SALT) {
            throw new ImageException("the dm-verity superblock speaks of a salt of " + saltBytes + " bytes, but "
                    + LONGEST_SALT + " is the most there can be");
        }
        byte[] salt = new byte[saltBytes];
        in.get(SALT_AT, salt);
        return new VeritySuperblock(
                hashType,
                new UUID(Long.reverseBytes(in.getLong(UUID_AT)), Long.reverseBytes(in.getLong(UUID_AT + Long.BYTES))),
                algorithm(in),
                dataBlockBytes,
                hashBlockBytes,
                dataBlocks,
                HexFormat.of().formatHex(salt));
    }

    private static int blockBytes(int bytes, String which) throws ImageException {
        if (bytes < SMALLEST_BLOCK || bytes > LARGEST_BLOCK || Integer.bitCount(bytes) != 1) {
            throw new ImageException("the dm-verity superblock speaks of " + which + " blocks of "
                    + Integer.toUnsignedString(bytes) + " bytes, expected a power of two from 512 to 524288");
        }
        return bytes;
    }

    /** It becomes a word of a table that the kernel parts at blanks. */
    private static String algorithm(ByteBuffer in) throws ImageException {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < ALGORITHM_BYTES && in.get(ALGORITHM_AT + i) != 0; i++) {
            char c = (char) (in.get(ALGORITHM_AT + i) & 0xFF);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
            if (!plain) {
                throw new ImageException("the dm-verity superblock names a hash algorithm that none is called: "
                        + "expected one like sha256");
            }
            name.append(c);
        }
        if (name.isEmpty() || name.length() == ALGORITHM_BYTES) {
            throw new ImageException("the dm-verity superblock names no hash algorithm: expected one like sha256");
        }
        return name.toString();
    }

    /** How much data is protected, in bytes. */
    public long dataBytes() {
        return dataBlocks * dataBlockBytes;
    }

    /** The same in sectors of 512 bytes, as the device mapper counts. */
    public long dataSectors() {
        return dataBytes() / SECTOR;
    }

    /** How long the root hash must be, in bytes; 0 when the algorithm is one of which only the kernel knows. */
    public int rootHashBytes() {
        return switch (algorithm) {
            case "sha1" -> 20;
            case "sha224", "sha3-224" -> 28;
            case "sha256", "sha3-256", "blake2s-256", "blake2b-256", "sm3" -> 32;
            case "sha384", "sha3-384", "blake2b-384" -> 48;
            case "sha512", "sha3-512", "blake2b-512" -> 64;
            default -> 0;
        };
    }

    /**
     * The parameters of the device mapper's target "verity" (Documentation/admin-guide/device-mapper/verity.rst), for a
     * hash tree whose superblock is at the start of its device.
     *
     * @param data the device with the data: a path without blanks, or MAJOR:MINOR
     * @param hashes the device with the hash tree
     * @param options optional parameters, word by word
     */
    public String table(String data, String hashes, RootHash hash, List<String> options) {
        StringBuilder table = new StringBuilder();
        table.append(hashType).append(' ').append(data).append(' ').append(hashes);
        table.append(' ').append(dataBlockBytes).append(' ').append(hashBlockBytes);
        // The tree begins with the block after the one that the superblock is in, and one always holds it.
        table.append(' ').append(dataBlocks).append(" 1 ").append(algorithm);
        table.append(' ').append(hash.hex()).append(' ').append(salt.isEmpty() ? "-" : salt);
        if (!options.isEmpty()) {
            table.append(' ').append(options.size()).append(' ').append(String.join(" ", options));
        }
        return table.toString();
    }
}
