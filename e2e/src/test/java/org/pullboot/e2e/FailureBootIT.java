package org.pullboot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can go wrong on the way of an image: it is mended, or the screen says in a sentence what happened. */
final class FailureBootIT {
    private static final String NAME = "image.raw.zst";
    private static final String POWER_OFF = "rd.systemd.pull.failure_action=poweroff-force";
    private static final int MEMORY = 1024;

    @TempDir
    private static Path directory;

    private static Path image;
    private static UkiParts uki;

    @BeforeAll
    static void buildTheUki() throws Exception {
        image = Checkout.place(Checkout.image("small", "raw.zst"), directory, NAME);
        try (var server = new PullbootServer(directory.resolve("state"), image.toString())) {
            uki = UkiParts.fetch(server.url(), directory);
        }
    }

    @Test
    void missingImageIsNamed() throws Exception {
        Console console = boot(MEMORY, POWER_OFF, always(new Fault.Refuse(404)));

        assertThat(console.booted()).isFalse();
        assertThat(failure(console)).contains(NAME).containsPattern("404|not found|no server has it");
    }

    @Test
    void imageThatWasRebuiltWithoutItsUkiIsRefused() throws Exception {
        Path www = Files.createDirectory(directory.resolve("rebuilt"));
        Checkout.output(
                "bash",
                "-c",
                "cp --sparse=always \"$1\" \"$2.new\" && printf x | dd of=\"$2.new\" bs=1 seek=700 conv=notrunc status=none"
                        + " && zstd -q -1 --rm \"$2.new\" -o \"$2\"",
                "bash",
                Checkout.image("small", "raw").toString(),
                www.resolve(NAME).toString());
        try (var server = new FaultServer(www.resolve(NAME))) {
            Console console = Machine.bootParts(uki, server.directory() + "image.efi", MEMORY, POWER_OFF);

            assertThat(console.booted()).isFalse();
            assertThat(failure(console)).contains(NAME).contains("sha256").contains("pin");
        }
    }

    @Test
    void damagedImageIsRefused() throws Exception {
        Console console = boot(MEMORY, POWER_OFF, always(new Fault.Corrupt(Files.size(image) / 2)));

        assertThat(console.booted()).isFalse();
        assertThat(failure(console)).contains(NAME).containsPattern("damaged|sha256");
    }

    @Test
    void imageThatWasCutOffIsRefused() throws Exception {
        long half = Files.size(image) / 2;
        Console console = boot(MEMORY, POWER_OFF, always(new Fault.Cut(half)));

        assertThat(console.booted()).isFalse();
        assertThat(failure(console)).contains(NAME);
    }

    @Test
    void tooLittleMemoryIsToldBeforeTheDownload() throws Exception {
        try (var server = new FaultServer(image)) {
            Console console = Machine.bootParts(uki, server.directory() + "image.efi", 288, POWER_OFF);

            assertThat(console.booted()).isFalse();
            assertThat(failure(console)).containsPattern(Pattern.compile("memory", Pattern.CASE_INSENSITIVE));
            assertThat(failure(console)).as("what is needed and what is there").containsPattern("\\d+.*\\d+");
            assertThat(console.agent()).as("nothing was downloaded").noneMatch(line -> line.contains(" %, "));
        }
    }

    @Test
    void brokenTransferGoesOnWhereItStopped() throws Exception {
        long third = Files.size(image) / 3;
        try (var server = new FaultServer(
                image,
                new Fault.Close(third),
                new Fault.Drop(third),
                new Fault.Refuse(503),
                new Fault.Stall(1 << 20))) {
            Console console = Machine.bootParts(uki, server.directory() + "image.efi", MEMORY, POWER_OFF);

            BootedSystem.isTheSmallSystem(console);
            BootedSystem.runsFromLoopDeviceWith(console, Checkout.image("small", "raw"));
            assertThat(server.requests()).anyMatch(request -> request.startsWith("GET from "));
        }
    }

    private static Fault[] always(Fault fault) {
        return Stream.generate(() -> fault).limit(50).toArray(Fault[]::new);
    }

    private static Console boot(int memory, String extra, Fault... faults) throws Exception {
        try (var server = new FaultServer(image, faults)) {
            return Machine.bootParts(uki, server.directory() + "image.efi", memory, extra);
        }
    }

    /** The sentence on the screen that says why. */
    private static String failure(Console console) {
        return console.agent().stream()
                .filter(line -> line.startsWith("error: "))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the console shows no error:\n" + console.tail()));
    }
}
