package org.pullboot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the server has of a machine's disk, read without the machine. */
record Disk(Path image, Path directory) {
    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");
    private static final int PIECE = 65536;

    /** The only volume of a state directory, as {@code pullboot volume promote} writes it. */
    static Disk of(Path state, Path directory) {
        String list = pullboot("volume", "list", "--json", "--state", state.toString());
        Matcher id = ID.matcher(list);
        assertThat(id.find()).as(list).isTrue();
        assertThat(pullboot("volume", "check", id.group(1), "--state", state.toString()))
                .as("findings of volume check")
                .isEmpty();
        Path image = directory.resolve("promoted.raw");
        pullboot("volume", "promote", id.group(1), image.toString(), "--state", state.toString());
        return new Disk(image, directory);
    }

    private static String pullboot(String... arguments) {
        return Checkout.output(Checkout.pullboot(arguments).toArray(String[]::new));
    }

    /** The files that the test system wrote and fsynced are there, with the bytes that it wrote. */
    void hasTheFirstWrites(int count) throws IOException {
        // The root partition begins at 1 MiB.
        Path root = directory.resolve("root.ext4");
        Checkout.output("dd", "if=" + image, "of=" + root, "bs=1M", "skip=1", "conv=sparse", "status=none");
        byte[] payload = file(root, "/usr/lib/pullboot-e2e/payload");
        assertThat(new String(file(root, "/var/e2e-written"), java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo(count + "\n");
        for (int number = 1; number <= count; number++) {
            int start = number % 64 * PIECE;
            assertThat(file(root, "/var/e2e-data-" + number))
                    .as("write " + number)
                    .isEqualTo(Arrays.copyOfRange(payload, start, start + PIECE));
        }
    }

    private byte[] file(Path root, String name) throws IOException {
        Path copy = directory.resolve("copy");
        Files.deleteIfExists(copy);
        Checkout.output("debugfs", "-R", "dump " + name + " " + copy, root.toString());
        return Files.readAllBytes(copy);
    }
}
