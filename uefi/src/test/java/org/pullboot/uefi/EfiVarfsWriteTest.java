package org.pullboot.uefi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a plain directory, which is to efivarfs what a file is to a variable. */
final class EfiVarfsWriteTest {
    @TempDir
    private Path directory;

    @Test
    void anAddedEntryIsReadBackAndStandsFirst() throws Exception {
        EfiVarfs variables = new EfiVarfs(directory);
        BootEntryRequest request = BootEntryRequest.of(BootUri.parse("http://server:8081/image.efi"))
                .ordered(BootEntryRequest.Order.FIRST)
                .asNext();

        BootEntryChange change = BootEntries.read(variables).add(request);
        variables.apply(change.changes());

        BootEntries entries = BootEntries.read(variables);
        assertThat(entries.entries()).containsExactly(change.entry());
        assertThat(entries.order()).containsExactly(change.entry().number());
        assertThat(entries.next()).hasValue(change.entry().number());
        assertThat(BootEntries.read(variables).add(request).changes()).isEmpty();
    }

    @Test
    void aWrittenFileIsAttributesAndThenTheValue() throws Exception {
        new EfiVarfs(directory)
                .apply(List.of(new VariableChange.Write(new EfiVariable(
                        EfiGuid.GLOBAL, "BootNext", EfiVariable.PERSISTENT, Bytes.of((byte) 0x99, (byte) 0)))));

        assertThat(directory.resolve("BootNext-8be4df61-93ca-11d2-aa0d-00e098032b8c"))
                .hasBinaryContent(new byte[] {7, 0, 0, 0, (byte) 0x99, 0});
    }

    @Test
    void aDeletedVariableIsGone() throws Exception {
        Path file = Files.write(
                directory.resolve("BootNext-8be4df61-93ca-11d2-aa0d-00e098032b8c"), new byte[] {7, 0, 0, 0, 1, 0});

        new EfiVarfs(directory).apply(List.of(new VariableChange.Delete(EfiGuid.GLOBAL, "BootNext")));

        assertThat(file).doesNotExist();
    }

    @Test
    void aVariableThatCannotBeWrittenIsNamed() throws Exception {
        Files.createDirectory(directory.resolve("BootNext-8be4df61-93ca-11d2-aa0d-00e098032b8c"));
        EfiVariable next = new EfiVariable(EfiGuid.GLOBAL, "BootNext", EfiVariable.PERSISTENT, Bytes.ofHex("0100"));

        assertThatThrownBy(() -> new EfiVarfs(directory).apply(List.of(new VariableChange.Write(next))))
                .isInstanceOf(UefiException.class)
                .hasMessageContaining("BootNext");
    }
}
