package org.pullboot.uki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PeFileTest {
    @TempDir
    private Path directory;

    @Test
    void readsWhatAStubSays() throws PeException {
        PeFile stub = parse(PeFixture.stub().bytes());
        assertThat(stub.architecture()).contains(EfiArchitecture.X64);
        assertThat(stub.wide()).isTrue();
        assertThat(stub.subsystem()).isEqualTo(PeFile.EFI_APPLICATION);
        assertThat(stub.fileAlignment()).isEqualTo(0x200);
        assertThat(stub.isSigned()).isFalse();
        assertThat(stub.sections()).extracting(PeSection::name).containsExactly(".text", ".sbat", ".sdmagic");
        PeSection sbat = stub.section(".sbat").orElseThrow();
        assertThat(sbat.contentSize()).isEqualTo(PeFixture.STUB_SBAT.length());
        assertThat(sbat.rawSize()).isEqualTo(0x400);
        assertThat(stub.section(".linux")).isEmpty();
    }

    @Test
    void seesASignature() throws PeException {
        assertThat(parse(PeFixture.stub().signed().bytes()).isSigned()).isTrue();
    }

    @Test
    void namesOfEightCharactersHaveNoNul() throws PeException {
        assertThat(parse(PeFixture.stub().bytes()).sections().getLast().name()).hasSize(8);
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] image = PeFixture.stub().bytes();
        for (int length = 0; length < image.length; length++) {
            byte[] cut = Arrays.copyOf(image, length);
            assertThatThrownBy(() -> parse(cut)).isInstanceOf(PeException.class);
        }
    }

    @Test
    void otherFilesAreRefusedInOneSentence() throws IOException {
        Path file = Files.createFile(directory.resolve("x.efi"));
        assertThatThrownBy(() -> PeFile.read(file)).hasMessage(file + ": expected a PE image, but it is empty");
        Files.writeString(file, "#!/bin/sh\n" + "echo\n".repeat(100));
        assertThatThrownBy(() -> PeFile.read(file))
                .isInstanceOf(PeException.class)
                .hasMessageContaining("begins with MZ");
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33, 34, 35})
    void damagedHeadersThrowNothingButTheDeclaredError(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        byte[] image = PeFixture.stub().bytes();
        for (int round = 0; round < 2000; round++) {
            byte[] damaged = image.clone();
            for (int flips = random.nextInt(1, 5); flips > 0; flips--) {
                damaged[random.nextInt(0x200)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(parse(damaged).sections()).isNotNull();
            } catch (PeException refused) {
                assertThat(refused).hasMessageNotContaining("null");
            }
        }
    }

    private static PeFile parse(byte[] image) throws PeException {
        return PeFile.parse(ByteBuffer.wrap(image), image.length);
    }
}
