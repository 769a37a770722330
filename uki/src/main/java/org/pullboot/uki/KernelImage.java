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
 * @param file where it is, or where it was unpacked or signed
 * @param temporary whether the file is to be deleted
 */
record KernelImage(Path file, PeFile pe, boolean temporary) implements AutoCloseable {
    /** No magic number, but how all begins that the tools make; no program begins like that. */
    private static final String LZMA = "5d0000";

    private static final int HEAD = 8;
    private static final long MOST = 1L << 30;

    /**
     * Takes a kernel.
     *
     * @throws PeException when it is none, or is compressed in another way than gzip, zstd, xz, bzip2 and lzma
     * @throws IOException when it cannot be read or unpacked
     */
    static KernelImage read(Path file) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD);
        }
        Compression compression = startsWith(head, LZMA) ? Compression.LZMA : Compression.detect(ByteBuffer.wrap(head));
        if (compression != Compression.NONE) {
            return unpack(file, compression);
        } else if (startsWith(head, "02214c18") || startsWith(head, "04224d18")) {
            throw new PeException(file + " is a kernel compressed with lz4: a UKI holds the plain EFI image, so unpack"
                    + " it first, with lz4 -d");
        }
        return new KernelImage(file, PeFile.read(file), false);
    }

    /**
     * The same with a signature more, in a file of its own.
     *
     * @throws PeException when it is an image that a signature would not cover as a whole
     * @throws IOException when a file cannot be read or written, or the key does not sign
     */
    KernelImage signed(AuthenticodeSigner signer) throws IOException {
        Path target = Files.createTempFile("pullboot", ".kernel");
        try {
            signer.sign(file, target);
            return new KernelImage(target, PeFile.read(target), true);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(target);
            throw e;
        }
    }

    private static KernelImage unpack(Path file, Compression compression) throws IOException {
        Path plain = Files.createTempFile("pullboot", ".kernel");
        try {
            try (InputStream in = DecompressedInputStream.of(Files.newInputStream(file), compression);
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

    private static boolean startsWith(byte[] head, String hex) {
        return HexFormat.of().formatHex(head).startsWith(hex);
    }

    @Override
    public void close() throws IOException {
        if (temporary) {
            Files.deleteIfExists(file);
        }
    }
}
