package org.pullboot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What a booted test system has to have said of itself. */
final class BootedSystem {
    private BootedSystem() {}

    /** Debian 12 came up, with its own data intact, as if nothing had been there before it. */
    static void isTheSmallSystem(Console console) {
        is(console, "small", "ID=debian VERSION_ID=12 CODENAME=bookworm");
    }

    /** The system of an image kind came up, and what the agent leaves behind is clean. */
    static void is(Console console, String kind, String os) {
        is(console, kind, kind, os);
    }

    /**
     * The same for an image that was made of another.
     *
     * @param generation what the image says of itself
     */
    static void is(Console console, String generation, String kind, String os) {
        assertThat(console.booted())
                .as("the report is complete:\n%s", console.tail())
                .isTrue();
        assertThat(console.said("generation")).containsExactly(generation);
        assertThat(console.said("os")).containsExactly(os);
        assertThat(console.said("payload"))
                .as("SHA-256 of a file in the image")
                .containsExactly(Checkout.output(
                        "bash",
                        "-c",
                        "sha256sum <\"$(e2e/images/os-tree.sh " + kind + ")\"/usr/lib/pullboot-e2e/payload"));
        assertThat(console.said("pid1")).singleElement().asString().isEqualTo("/usr/lib/systemd/systemd threads 1");
        assertThat(console.said("modules"))
                .as("modules of the running kernel can be loaded")
                .singleElement()
                .asString()
                .startsWith("loaded dummy");
        assertThat(console.said("mount"))
                .as("nothing of the initrd is still mounted on /")
                .noneMatch(mount -> mount.startsWith("/ rootfs"));
    }

    /** A loop device holds exactly the bytes of the raw image. */
    static void runsFromLoopDeviceWith(Console console, Path raw) throws IOException {
        assertThat(console.said("device"))
                .as(console.tail())
                .singleElement()
                .asString()
                .endsWith("bytes " + Files.size(raw) + " sha256 " + sha256(raw) + "  -");
    }

    /** A loop device holds the image, which may have been written to. */
    static void runsFromLoopDevice(Console console) {
        assertThat(console.said("device")).as(console.tail()).hasSize(1);
        assertThat(console.mounts("/")).last().asString().contains("/dev/loop");
    }

    /** The root is a disk over NVMe/TCP that takes writes, with nothing in memory above it. */
    static void runsFromNvme(Console console) {
        assertThat(console.mounts("/")).as(console.tail()).last().asString().matches("ext4 /dev/nvme0n[12]p1 rw.*");
        assertThat(console.said("root")).containsExactly("is writable");
        assertThat(console.said("errors")).containsExactly("0");
    }

    /** The root is an overlay that takes writes; the image under it is mounted read-only. */
    static void takesWritesIntoMemory(Console console) {
        assertThat(console.mounts("/")).as(console.tail()).last().asString().startsWith("overlay ");
        assertThat(console.said("root")).containsExactly("is writable");
    }

    private static String sha256(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
