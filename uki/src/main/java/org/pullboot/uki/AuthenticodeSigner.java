package org.pullboot.uki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Signs PE images for Secure Boot. The same image, key, certificate and time give the same bytes. Immutable, as thread-safe as
 * the key.
 */
public final class AuthenticodeSigner {
    private final X509Certificate certificate;
    private final Pkcs7 pkcs7;
    private final Optional<Instant> time;

    /**
     * Signs with a key.
     *
     * @param key RSA, of 2048 to 4096 bits
     * @param certificate of that key
     * @param chain certificates that lead from there to one that the firmware knows, if it does not know the certificate itself
     * @param time what the signature says about when it was made, between 1950 and 2049; firmware does not look at it
     * @throws KeyException when the key is no such key, or the certificate is another's
     */
    public AuthenticodeSigner(
            SigningKey key, X509Certificate certificate, List<X509Certificate> chain, Optional<Instant> time)
            throws KeyException {
        this.certificate = certificate;
        pkcs7 = new Pkcs7(key, certificate, chain);
        this.time = time;
    }

    /** Whose signatures these are. */
    public X509Certificate certificate() {
        return certificate;
    }

    /**
     * Adds a signature to those that the image may have already.
     *
     * @param image a PE image
     * @param output where the signed image goes; may be the same file. It has either its old content or all of the new one at
     *     any time
     * @return its size in bytes
     * @throws PeException when it is no PE image, or one that a signature would not cover as a whole
     * @throws IOException when a file cannot be read or written
     */
    public long sign(Path image, Path output) throws IOException {
        return ReplacedFile.write(output, file -> {
            try (FileChannel source = FileChannel.open(image, StandardOpenOption.READ);
                    FileChannel signed = FileChannel.open(
                            file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                sign(source, signed);
            } catch (PeException e) {
                throw new PeException(image + ": " + e.getMessage());
            }
        });
    }

    private void sign(FileChannel source, FileChannel signed) throws IOException {
        AuthenticodeImage image = AuthenticodeImage.read(source);
        byte[] digest = image.digest(source, PcrBank.SHA256);
        byte[] signature = pkcs7.embedded(SpcIndirectData.TYPE, SpcIndirectData.of(digest), time);
        byte[] table = CertificateTable.append(CertificateTable.bytes(source, image), signature);
        long offset = image.tableOffset() + image.padding();
        if (offset + table.length > 0xFFFFFFFFL) {
            throw new PeException("a PE image has less than 4 GiB, which the signature would exceed");
        }
        copy(source, image.tableOffset(), signed);
        write(signed, image.tableOffset(), new byte[image.padding()]);
        write(signed, offset, table);
        ByteBuffer entry = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        entry.putInt((int) offset).putInt(table.length);
        write(signed, image.directory(), entry.array());
        ByteBuffer checksum = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        checksum.putInt(AuthenticodeImage.checksum(signed, image.checksum()));
        write(signed, image.checksum(), checksum.array());
    }

    private static void copy(FileChannel source, long length, FileChannel target) throws IOException {
        long done = 0;
        while (done < length) {
            long count = source.transferTo(done, length - done, target);
            if (count <= 0) {
                throw new PeException("the image became shorter while it was signed");
            }
            done += count;
        }
    }

    private static void write(FileChannel target, long position, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            target.write(buffer, position + buffer.position());
        }
    }
}
