package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pullboot.volume.BaseImage;

/** Reads of an image, which are sent from where the page cache has it. */
final class ImageReadIT extends HostileCase {
    private static final int BYTES = (6 << 20) + 512;
    private static final int SECTOR = 512;

    @TempDir
    Path directory;

    private byte[] content;
    private Path file;
    private BaseImage image;

    @BeforeEach
    void makeImage() throws IOException {
        content = new byte[BYTES];
        new Random(7).nextBytes(content);
        file = Files.write(directory.resolve("image"), content);
        image = BaseImage.open(file, "random 7");
    }

    @AfterEach
    void closeImage() throws IOException {
        image.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096, 16384, 20480, 131072, 1 << 20})
    void anImageIsReadAsItIs(int bytes) throws IOException {
        for (boolean header : new boolean[] {false, true}) {
            for (boolean data : new boolean[] {false, true}) {
                InitiatorOptions options = InitiatorOptions.PLAIN.withDigests(header, data);
                try (InitiatorAssociation reader = open(plan().withOptions(options))) {
                    readsAll(reader.queue(1), bytes);
                }
            }
        }
        try (InitiatorAssociation reader = open(plan().withoutFlowControl())) {
            readsAll(reader.queue(1), bytes);
        }
    }

    @Test
    void aHostThatAsksForMuchBeforeItTakesAnythingGetsAllOfIt() throws IOException {
        try (InitiatorAssociation reader = open(plan())) {
            InitiatorQueue queue = reader.queue(1);
            for (int round = 0; round < 3; round++) {
                List<InitiatorCommand> commands = new ArrayList<>();
                for (int i = 0; i < 14; i++) {
                    commands.add(start(queue, i % 5 << 20, 1 << 20));
                }
                for (int i = 0; i < commands.size(); i++) {
                    is(queue, commands.get(i), i % 5 << 20, 1 << 20);
                }
            }
        }
    }

    @Test
    void aHostThatGoesInTheMidstLeavesNothing() throws IOException {
        for (int round = 0; round < 8; round++) {
            InitiatorAssociation reader = open(plan());
            for (int i = 0; i < 14; i++) {
                start(reader.queue(1), i % 5 << 20, 1 << 20);
            }
            if (round % 2 == 0) {
                reader.queue(1).connection().socket().reset();
            }
            reader.close();
        }
    }

    @Test
    void anImageThatIsCutShortEndsItsReadersAlone() throws IOException {
        try (InitiatorAssociation reader = open(plan())) {
            readsAll(reader.queue(1), 4096);
            try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
                cut.setLength(0);
            }

            assertThatThrownBy(() -> readsAll(reader.queue(1), 4096)).isInstanceOfAny(IOException.class, Error.class);
        }
        try (InitiatorAssociation other = association()) {
            works(other.queue(1));
        }
    }

    private InitiatorAssociation open(InitiatorPlan plan) throws IOException {
        exports().choose(plan.hostNqn(), List.of(new Namespace(1, new UUID(0x5eed, 99), image)));
        return InitiatorAssociation.open(address(), plan);
    }

    private void readsAll(InitiatorQueue queue, int bytes) throws IOException {
        for (int offset = 0; offset < BYTES; offset += bytes) {
            int length = Math.min(bytes, BYTES - offset);
            is(queue, start(queue, offset, length), offset, length);
        }
    }

    private static InitiatorCommand start(InitiatorQueue queue, int offset, int length) throws IOException {
        return queue.start(InitiatorSqe.read(1, offset / SECTOR, length / SECTOR), new byte[0], true, length);
    }

    private void is(InitiatorQueue queue, InitiatorCommand command, int offset, int length) throws IOException {
        InitiatorAssociation.done(queue.await(command));
        assertThat(Arrays.equals(command.data(), 0, length, content, offset, offset + length))
                .as("%d bytes at %d", length, offset)
                .isTrue();
        queue.release(command);
    }
}
