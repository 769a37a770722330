package org.pullboot.uki;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.pullboot.image.Compression;
import org.pullboot.image.DecompressedInputStream;

/**
 * A kernel that can go into a UKI: one built with an EFI stub, so that it is a PE image itself. A compressed one is unpacked, as
 * ukify does, because firmware cannot; one that unpacks itself (zboot) is such a program already.
 *
 * @param file where it is, or where it was unpacked to
 * @param unpacked whether the file is to be deleted
 */
record KernelImage(Path file, PeFile pe, boolean unpacked) implements AutoCloseable {
    private static final int HEAD = 8;
    private static final long MOST = 1L << 30;

    /**
     * Takes a kernel.
     *
     * @throws PeException when it is none, or is compressed in another way than gzip, zstd, xz and bzip2
     * @throws IOException when it cannot be read or unpacked
     */
    static KernelImage read(Path file) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD);
        }
        if (Compression.detect(ByteBuffer.wrap(head)) != Compression.NONE) {
            return unpack(file);
        }
        String other = otherCompression(head);
        if (!other.isEmpty()) {
            throw new PeException(file + " is a kernel compressed with " + other
                    + ": a UKI holds the plain EFI image, so unpack it first, with " + other + " -d");
        }
        return new KernelImage(file, PeFile.read(file), false);
    }

    private static KernelImage unpack(Path file) throws IOException {
        Path plain = Files.createTempFile("pullboot", ".kernel");
        try {
            try (InputStream in = DecompressedInputStream.of(Files.newInputStream(file));
                    OutputStream out = Files.newOutputStream(plain)) {
                copy(in, out);
            }
            return new KernelImage(plain, PeFile.read(plain), true);
        } catch (PeException e) {
            Files.delete(plain);
            throw new PeException("the kernel compressed in " + file + " is none for a UKI: " + e.getMessage());
        } catch (IOException | RuntimeException e) {
            Files.delete(plain);
            throw e;
        }
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[256 << 10];
        long total = 0;
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            total += count;
            if (total > MOST) {
                throw new PeException("it has more than " + MOST + " bytes, which no kernel has");
            }
            out.write(buffer, 0, count);
        }
    }

    private static String otherCompression(byte[] head) {
        String hex = HexFormat.of().formatHex(head);
        if (hex.startsWith("02214c18") || hex.startsWith("04224d18")) {
            return "lz4";
        }
        return hex.startsWith("5d0000") ? "lzma" : "";
    }

    @Override
    public void close() throws IOException {
        if (unpacked) {
            Files.deleteIfExists(file);
        }
    }
}
