package org.pullboot.uefi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a machine shall trust (UEFI 2.10, section 32.3). The certificates are X.509, DER or PEM; several in one PEM file count as
 * several.
 *
 * @param owner who says so; stands beside each signature
 * @param pk platform key: who may change KEK; one certificate, or none to keep the one that is there
 * @param kek key exchange keys: who may change db and dbx
 * @param db whose executables may run
 * @param dbx what may not run: certificates, or SHA-256 digests of 32 bytes
 */
public record SecureBootKeys(EfiGuid owner, List<byte[]> pk, List<byte[]> kek, List<byte[]> db, List<byte[]> dbx) {
    private static final long MAX_FILE = 1 << 20;

    /** Copies the lists, not the arrays in them. */
    public SecureBootKeys {
        pk = List.copyOf(pk);
        kek = List.copyOf(kek);
        db = List.copyOf(db);
        dbx = List.copyOf(dbx);
    }

    /**
     * Reads the public half of a directory of keys: {@code owner.guid}, {@code PK.der}, {@code KEK.der}, {@code db.der} and, if
     * it is there, {@code dbx.der}.
     *
     * @throws IOException when one cannot be read
     */
    public static SecureBootKeys read(Path directory) throws IOException {
        Path dbx = directory.resolve("dbx.der");
        return new SecureBootKeys(
                owner(directory.resolve("owner.guid")),
                List.of(file(directory.resolve("PK.der"))),
                List.of(file(directory.resolve("KEK.der"))),
                List.of(file(directory.resolve("db.der"))),
                Files.exists(dbx) ? List.of(file(dbx)) : List.of());
    }

    /**
     * Reads a certificate, a bounded one.
     *
     * @throws IOException when it cannot be read, or is too large to be a certificate
     */
    public static byte[] file(Path file) throws IOException {
        long size = Files.size(file);
        if (size > MAX_FILE) {
            throw new UefiException(file + " has " + size + " bytes, which is no certificate");
        }
        return Files.readAllBytes(file);
    }

    private static EfiGuid owner(Path file) throws IOException {
        String text = new String(file(file), StandardCharsets.ISO_8859_1).strip();
        try {
            return EfiGuid.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UefiException(file + " should hold a GUID alone, like 8be4df61-93ca-11d2-aa0d-00e098032b8c");
        }
    }
}
