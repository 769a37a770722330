package org.pullboot.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is said to the device mapper, laid out as the compiler lays it out: needs gcc. Many kernels that tests run on
 * have no device mapper; the devices themselves are made and used in the boots of e2e.
 */
final class DeviceMapperIT {
    @TempDir
    private Path directory;

    @Test
    void requestsAreLaidOutAsTheCompilerLaysThemOut() throws Exception {
        Path source = Files.writeString(directory.resolve("layout.c"), """
                #include <sys/ioctl.h>
                #include <linux/dm-ioctl.h>
                #include <stddef.h>
                #include <stdio.h>
                #define AT(member) offsetof(struct dm_ioctl, member)
                #define IN_TARGET(member) offsetof(struct dm_target_spec, member)
                int main(void) {
                    printf("%zu %zu %zu %zu %zu %zu %zu %zu %d %d ", sizeof(struct dm_ioctl), AT(data_size), AT(data_start),
                        AT(target_count), AT(flags), AT(dev), AT(name), AT(uuid), DM_NAME_LEN, DM_UUID_LEN);
                    printf("%zu %zu %zu %zu %d %d ", sizeof(struct dm_target_spec), IN_TARGET(length), IN_TARGET(next),
                        IN_TARGET(target_type), DM_MAX_TYPE_NAME, DM_READONLY_FLAG);
                    printf("%lx %lx %lx %lx %lx %lx", (long)DM_VERSION, (long)DM_DEV_CREATE, (long)DM_DEV_REMOVE,
                        (long)DM_DEV_SUSPEND, (long)DM_TABLE_LOAD, (long)DM_TABLE_STATUS);
                }
                """);
        Path program = directory.resolve("layout");
        run("gcc", "-o", program.toString(), source.toString());

        assertThat(run(program.toString()))
                .isEqualTo("%d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %x %x %x %x %x %x"
                        .formatted(
                                DeviceMapper.Request.BYTES,
                                DeviceMapper.Request.DATA_SIZE,
                                DeviceMapper.Request.DATA_START,
                                DeviceMapper.Request.TARGET_COUNT,
                                DeviceMapper.Request.FLAGS,
                                DeviceMapper.Request.DEVICE,
                                DeviceMapper.Request.NAME,
                                DeviceMapper.Request.UUID,
                                DeviceMapper.Request.NAME_BYTES,
                                DeviceMapper.Request.UUID_BYTES,
                                DeviceMapper.Request.TARGET_BYTES,
                                DeviceMapper.Request.TARGET_LENGTH,
                                DeviceMapper.Request.TARGET_NEXT,
                                DeviceMapper.Request.TARGET_TYPE,
                                DeviceMapper.Request.TARGET_TYPE_BYTES,
                                DeviceMapper.Request.READ_ONLY,
                                DeviceMapper.Request.VERSION,
                                DeviceMapper.Request.DEVICE_CREATE,
                                DeviceMapper.Request.DEVICE_REMOVE,
                                DeviceMapper.Request.DEVICE_SUSPEND,
                                DeviceMapper.Request.TABLE_LOAD,
                                DeviceMapper.Request.TABLE_STATUS));
    }

    @Test
    void aTableIsOneTargetWhoseTextEndsWithAZero() {
        try (Arena arena = Arena.ofConfined()) {
            for (int length = 0; length < 20; length++) {
                MemorySegment table = DeviceMapper.Request.table(arena, "root", 8, "verity", "p".repeat(length));

                int start = DeviceMapper.Request.BYTES;
                int next = table.get(ValueLayout.JAVA_INT, start + DeviceMapper.Request.TARGET_NEXT);
                assertThat(next % 8).isZero();
                assertThat(start + (long) next).isEqualTo(table.byteSize());
                assertThat(DeviceMapper.Request.firstParameters(table)).isEqualTo("p".repeat(length));
            }
        }
    }

    @Test
    void theAnswerOfADeviceWithoutATableIsEmpty() {
        try (Arena arena = Arena.ofConfined()) {
            assertThat(DeviceMapper.Request.firstParameters(DeviceMapper.Request.allocate(arena, "root", "")))
                    .isEmpty();
        }
    }

    @Test
    void aNameThatDoesNotFitIsRefused() {
        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> DeviceMapper.Request.allocate(arena, "n".repeat(128), ""))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("127 bytes");
        }
    }

    @Test
    void theMinorNumberIsTakenFromTheKernelsEncoding() {
        assertThat(DeviceMapper.minor(0xFE00)).isZero();
        assertThat(DeviceMapper.minor(0xFE07)).isEqualTo(7);
        assertThat(DeviceMapper.minor(0x10_FE07)).isEqualTo(0x107);
    }

    @Test
    void aMapperThatIsNotThereIsNamed() {
        Path missing = directory.resolve("control");

        assertThatThrownBy(() -> DeviceMapper.open(missing))
                .isInstanceOf(LinuxException.class)
                .hasMessage("open " + missing + ": No such file or directory (ENOENT)");
    }

    @Test
    void aKeyIsTakenByTheKernel() {
        assertThatCode(() -> KernelKeys.addForThisThread("pullboot:test", new byte[] {1, 2, 3}))
                .doesNotThrowAnyException();
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
