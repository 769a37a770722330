package org.pullboot.uki;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged, cut and forged images, 21,000 of them: whoever reads them says what is wrong in the declared way, and soon. */
final class HostilePeTest {
    private static final int IMAGES = 5000;
    private static final int PARTS = 2000;
    private static final int HEADERS = 0x300;
    private static final int[] NASTY = {
        0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0x1000, 0xFFFF, 0x200, 40, 0x5000
    };

    @TempDir
    private Path directory;

    private Path stub;
    private Path kernel;
    private Path hostile;
    private Path output;
    private byte[] image;

    @BeforeEach
    void writeParts() throws IOException {
        stub = Files.write(directory.resolve("stub"), PeFixture.stub().bytes());
        kernel = Files.write(directory.resolve("vmlinuz"), PeFixture.kernel().bytes());
        hostile = directory.resolve("hostile.efi");
        output = directory.resolve("out.efi");
        new UkiBuilder(stub, kernel)
                .commandLine("quiet")
                .osRelease("ID=x\n")
                .joinProfile("ID=second", List.of(new UkiSection(".cmdline", SectionContent.of("debug"))))
                .build(output);
        image = Files.readAllBytes(output);
    }

    @ParameterizedTest
    @ValueSource(longs = {41, 42, 43})
    void imagesAreReadOrRefused(long seed) throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < IMAGES; round++) {
            Files.write(hostile, mutated(image, random));
            String what = "seed " + seed + ", round " + round;
            expectDeclared(what, () -> UkiInspection.of(hostile).sections().size());
            expectDeclared(what, this::readProfiles);
            // These look at little of it; by turns, for the sake of time.
            switch (round % 8) {
                case 0 -> expectDeclared(what, () -> KernelVersion.of(hostile));
                case 1 ->
                    expectDeclared(
                            what,
                            () -> UkiInspection.of(hostile, UkiSelection.ofUki())
                                    .isUki());
                default -> expectDeclared(what, () -> Authenticode.signatures(hostile));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {51, 52, 53})
    void partsAreTakenOrRefused(long seed) throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        byte[] stubBytes = Files.readAllBytes(stub);
        byte[] kernelBytes = Files.readAllBytes(kernel);
        new UkiBuilder(stub).profile("ID=second").commandLine("two").build(output);
        byte[] profileBytes = Files.readAllBytes(output);
        for (int round = 0; round < PARTS; round++) {
            String what = "seed " + seed + ", round " + round;
            switch (round % 3) {
                case 0 -> {
                    Files.write(hostile, mutated(stubBytes, random));
                    expectDeclared(
                            what,
                            () -> new UkiBuilder(hostile, kernel)
                                    .commandLine("a")
                                    .build(output));
                }
                case 1 -> {
                    Files.write(hostile, mutated(kernelBytes, random));
                    expectDeclared(
                            what,
                            () -> new UkiBuilder(stub, hostile).commandLine("a").build(output));
                }
                default -> {
                    Files.write(hostile, mutated(profileBytes, random));
                    expectDeclared(
                            what,
                            () -> new UkiBuilder(stub, kernel)
                                    .joinProfile(hostile)
                                    .build(output));
                }
            }
        }
    }

    private Object readProfiles() throws IOException {
        long size = 0;
        for (UkiProfile profile : UkiImage.read(hostile).profiles()) {
            for (UkiSection section : profile.sections()) {
                size += section.content().head(1 << 20).length;
            }
            size += profile.id().orElse("").length();
        }
        return size;
    }

    private interface Reading {
        Object read() throws IOException;
    }

    private static void expectDeclared(String what, Reading reading) {
        try {
            assertThat(reading.read()).as(what).isNotNull();
        } catch (IOException declared) {
            assertThat(declared).as(what).hasMessageNotContaining("null");
        } catch (RuntimeException | OutOfMemoryError e) {
            throw new AssertionError(what, e);
        }
    }

    private static byte[] mutated(byte[] original, RandomGenerator random) {
        byte[] bytes = original.clone();
        ByteBuffer values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int changes = random.nextInt(1, 6); changes > 0; changes--) {
            int at = random.nextInt(random.nextInt(8) == 0 ? bytes.length - 4 : HEADERS);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> values.putInt(at & -4, NASTY[random.nextInt(NASTY.length)]);
                case 2 -> values.putShort(at & -2, (short) random.nextInt());
                default ->
                    System.arraycopy(bytes, random.nextInt(HEADERS - 40), bytes, Math.min(at, bytes.length - 40), 40);
            }
        }
        return random.nextInt(5) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }
}
