package org.pullboot.uefi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pullboot.linux.ImmutableFlag;

/** The kernel's immutable flag on files of a file system that has it, below the build directory; needs root. */
final class EfiVarfsImmutableIT {
    private static final String GLOBAL = "-8be4df61-93ca-11d2-aa0d-00e098032b8c";

    @Test
    void immutableVariablesAreWrittenAndDeletedAndStayImmutable() throws Exception {
        Path directory = Files.createTempDirectory(Path.of("target"), "efivars");
        Path kept = Files.write(directory.resolve("A" + GLOBAL), new byte[] {7, 0, 0, 0, 1});
        Path gone = Files.write(directory.resolve("B" + GLOBAL), new byte[] {7, 0, 0, 0, 1});
        ImmutableFlag.set(kept, true);
        ImmutableFlag.set(gone, true);
        try {
            new EfiVarfs(directory)
                    .apply(List.of(
                            new VariableChange.Write(new EfiVariable(EfiGuid.GLOBAL, "A", 7, Bytes.ofHex("02"))),
                            new VariableChange.Delete(EfiGuid.GLOBAL, "B")));
            assertThat(kept).hasBinaryContent(new byte[] {7, 0, 0, 0, 2});
            assertThat(ImmutableFlag.isSet(kept)).isTrue();
            assertThat(gone).doesNotExist();
        } finally {
            ImmutableFlag.set(kept, false);
            Files.delete(kept);
            Files.delete(directory);
        }
    }
}
