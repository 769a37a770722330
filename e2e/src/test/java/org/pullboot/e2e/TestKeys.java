package org.pullboot.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.pullboot.uefi.EfiGuid;
import org.pullboot.uefi.SecureBootKeys;

/** Keys made by openssl. */
final class TestKeys {
    private static final EfiGuid OWNER = EfiGuid.parse("6f2c4d10-2a6b-4f8e-9d57-0c1e5b7a9f33");

    private TestKeys() {}

    /** A directory with db.key and db.crt, for Secure Boot. */
    static Path secureBoot(Path directory) throws IOException {
        Files.createDirectories(directory);
        Checkout.output(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-subj",
                "/CN=Pullboot test",
                "-days",
                "3650",
                "-keyout",
                directory.resolve("db.key").toString(),
                "-out",
                directory.resolve("db.crt").toString());
        return directory;
    }

    /** What a machine trusts that has these for all purposes. */
    static SecureBootKeys trusted(Path directory) throws IOException {
        List<byte[]> certificate = List.of(Files.readAllBytes(directory.resolve("db.crt")));
        return new SecureBootKeys(OWNER, certificate, certificate, certificate, List.of());
    }

    /** A directory with pcr.key and pcr.pub, for PCR policies. */
    static Path policies(Path directory) throws IOException {
        Files.createDirectories(directory);
        String key = directory.resolve("pcr.key").toString();
        Checkout.output("openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key);
        Checkout.output(
                "openssl",
                "pkey",
                "-in",
                key,
                "-pubout",
                "-out",
                directory.resolve("pcr.pub").toString());
        return directory;
    }
}
