package org.pullboot.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Keeps for the image what the stub put into the initrd about the UKI: profile, os-release, and what unlocks secrets that are
 * bound to it. The same places as systemd's tmpfiles.d/20-systemd-stub.conf, where systemd-cryptsetup and systemd-creds look.
 */
final class StubFiles {
    private static final String EVERYBODY = "r--r--r--";
    private static final String ROOT_ALONE = "r--------";

    private StubFiles() {}

    /**
     * Copies what is there.
     *
     * @param root /, or a directory in its place
     */
    static void keep(Path root) throws IOException {
        Path from = root.resolve(".extra");
        Path to = root.resolve("run/systemd");
        copy(from.resolve("profile"), to.resolve("stub/profile"), EVERYBODY);
        copy(from.resolve("os-release"), to.resolve("stub/os-release"), EVERYBODY);
        copy(from.resolve("boot-secret"), to.resolve("stub/boot-secret"), ROOT_ALONE);
        copy(from.resolve("tpm2-pcr-signature.json"), to.resolve("tpm2-pcr-signature.json"), EVERYBODY);
        copy(from.resolve("tpm2-pcr-public-key.pem"), to.resolve("tpm2-pcr-public-key.pem"), EVERYBODY);
    }

    private static void copy(Path from, Path to, String permissions) throws IOException {
        if (!Files.exists(from)) {
            return;
        }
        Path parent = to.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.write(to, Files.readAllBytes(from));
        Files.setPosixFilePermissions(to, PosixFilePermissions.fromString(permissions));
    }
}
