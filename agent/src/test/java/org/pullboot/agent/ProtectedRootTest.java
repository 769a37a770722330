package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.image.Architecture;
import org.pullboot.image.Gpt;
import org.pullboot.image.GptPartition;
import org.pullboot.image.GptWriter;
import org.pullboot.image.RootHash;

final class ProtectedRootTest {
    private static final int MIB = 1 << 20;
    private static final VerityHash HASH = new VerityHash(
            new RootHash("00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef"),
            "roothash=",
            true,
            List.of(),
            false);
    private static final UUID SIGNATURE = Architecture.X86_64.rootVeritySignature();

    @TempDir
    private Path directory;

    @Test
    void partitionsAreFoundByTheHalvesOfTheHash() throws Exception {
        Path image = image(
                partition(1, Architecture.X86_64.root(), UUID.randomUUID()),
                partition(2, Architecture.X86_64.root(), HASH.hash().dataPartition()),
                partition(3, Architecture.X86_64.rootVerity(), HASH.hash().hashPartition()),
                partition(4, SIGNATURE, UUID.randomUUID()));

        VerityParts parts = VerityParts.find(image, HASH, SIGNATURE);

        assertThat(parts.data().number()).isEqualTo(2);
        assertThat(parts.hashes().number()).isEqualTo(3);
        assertThat(parts.signature()).map(GptPartition::number).contains(4);
        assertThat(parts.sectorBytes()).isEqualTo(512);
    }

    @Test
    void anotherImageIsRefused() throws Exception {
        Path image = image(partition(1, Architecture.X86_64.root(), HASH.hash().dataPartition()));

        assertThatThrownBy(() -> VerityParts.find(image, HASH, SIGNATURE))
                .isInstanceOf(AgentException.class)
                .hasMessageStartingWith("image.raw is not the image that roothash= was made for: it has no partition "
                        + "with the UUID 01234567-89ab-cdef-0123-456789abcdef, which is the last half of a hash");
    }

    @Test
    void aBareFileSystemNeedsItsHashTreeBesideIt() throws Exception {
        Path image = Files.write(directory.resolve("rootdisk.raw"), new byte[4096]);

        assertThatThrownBy(() -> protectedRoot().openFile(image, HASH))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("serve the hash tree as rootdisk.verity beside it");
    }

    @Test
    void theHashMayStandBesideTheImage() throws Exception {
        Path image = directory.resolve("rootdisk.raw");
        assertThat(ProtectedRoot.hashBeside(image)).isEmpty();

        Files.writeString(directory.resolve("rootdisk.roothash"), HASH.hash() + "\n");

        assertThat(ProtectedRoot.hashBeside(image)).map(VerityHash::hash).contains(HASH.hash());
    }

    @Test
    void aLongFileIsNoHash() throws Exception {
        Files.write(directory.resolve("rootdisk.roothash"), new byte[40_000]);

        assertThatThrownBy(() -> ProtectedRoot.hashBeside(directory.resolve("rootdisk.raw")))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("more than the 32767 bytes");
    }

    @Test
    void aFailureIsLeftAsItIsWhenNothingWasOpened() throws Exception {
        protectedRoot().blame(new IOException("another"));
    }

    private ProtectedRoot protectedRoot() throws IOException {
        Files.writeString(directory.resolve("modules"), "");
        Files.writeString(directory.resolve("aliases"), "");
        ModuleLoader modules = new ModuleLoader(directory, directory, file -> false);
        return new ProtectedRoot(new VerityDevice(directory, modules, Console.early(new ByteArrayOutputStream())));
    }

    private static GptPartition partition(int number, UUID type, UUID uuid) {
        return new GptPartition(number, type, uuid, (long) number * MIB, MIB, 0, "");
    }

    private Path image(GptPartition... partitions) throws IOException {
        Path image = directory.resolve("image.raw");
        List<GptPartition> all = new ArrayList<>(List.of(partitions));
        try (FileChannel out = FileChannel.open(
                image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ)) {
            GptWriter.write(out, (all.size() + 2L) * MIB, new Gpt(512, new UUID(1, 2), all, false));
        }
        return image;
    }
}
