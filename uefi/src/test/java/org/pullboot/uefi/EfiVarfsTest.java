package org.pullboot.uefi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EfiVarfsTest {
    private static final String LOADER = "-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";
    private static final String GLOBAL = "-8be4df61-93ca-11d2-aa0d-00e098032b8c";

    @TempDir
    private Path directory;

    private EfiVarfs variables;

    @BeforeEach
    void view() {
        variables = new EfiVarfs(directory);
    }

    @Test
    void stubIsAskedFirstThenTheLoader() throws IOException {
        text("LoaderDeviceURL", "http://10.0.2.2:8081/loader.efi\0");
        assertThat(variables.bootUrl()).contains(new BootUrl("http://10.0.2.2:8081/loader.efi", "LoaderDeviceURL"));
        text("StubDeviceURL", "http://10.0.2.2:8081/ka/test.efi\0");
        assertThat(variables.bootUrl()).contains(new BootUrl("http://10.0.2.2:8081/ka/test.efi", "StubDeviceURL"));
    }

    @Test
    void bootEntryInUseIsAskedLast() throws IOException {
        hex("BootCurrent" + GLOBAL, "06000000" + "ab00");
        assertThat(variables.bootUrl()).isEmpty();
        hex("Boot00AB" + GLOBAL, "07000000" + LoadOptionTest.BOOTCFG);
        assertThat(variables.bootUrl()).contains(new BootUrl("http://a/b.efi", "Boot00AB"));
        text("StubDeviceURL", "\0");
        assertThat(variables.bootUrl()).map(BootUrl::variable).contains("Boot00AB");
    }

    @Test
    void bootEntryThatAsksDhcpTellsNothing() throws IOException {
        hex("BootCurrent" + GLOBAL, "06000000" + "0100");
        hex("Boot0001" + GLOBAL, "07000000" + "01000000" + "0800" + "0000" + "03180400" + "7fff0400");
        assertThat(variables.bootUrl()).isEmpty();
    }

    @Test
    void machineWithoutVariablesHasNoBootUrl() throws IOException {
        assertThat(variables.bootUrl()).isEmpty();
        assertThat(new EfiVarfs(directory.resolve("absent")).bootUrl()).isEmpty();
    }

    @Test
    void malformedVariablesAreNamed() throws IOException {
        hex("StubDeviceURL" + LOADER, "06000000" + "610062");
        assertThatThrownBy(variables::bootUrl).isInstanceOf(UefiException.class).hasMessageContaining("StubDeviceURL");
        hex("StubDeviceURL" + LOADER, "0600");
        assertThatThrownBy(variables::bootUrl).hasMessageContaining("4 bytes of attributes");
        Files.delete(directory.resolve("StubDeviceURL" + LOADER));
        hex("BootCurrent" + GLOBAL, "06000000" + "01");
        assertThatThrownBy(variables::bootUrl).hasMessageContaining("BootCurrent");
    }

    @Test
    void textWithoutNulReadsToItsEnd() throws IOException {
        text("StubDeviceURL", "http://h/x");
        assertThat(variables.bootUrl()).map(BootUrl::url).contains("http://h/x");
    }

    @Test
    void listsVariablesAndPassesOverOtherFiles() throws IOException {
        hex("Boot0000" + GLOBAL, "07000000" + LoadOptionTest.BOOTCFG);
        hex("a!b" + LOADER, "06000000" + "01");
        hex("Uncommitted" + LOADER, "");
        hex("README", "00");
        hex("x-8be4df61-93ca-11d2-aa0d-00e09803zzzz", "00");
        assertThat(variables.all()).extracting(EfiVariable::name).containsExactly("Boot0000", "a/b");
        assertThat(variables.find(EfiGuid.LOADER, "a/b").orElseThrow().data().hex())
                .isEqualTo("01");
        assertThat(BootEntries.read(variables).entries()).hasSize(1);
    }

    @Test
    void listOfAMachineWithoutUefiSaysSo() {
        EfiVarfs absent = new EfiVarfs(directory.resolve("absent"));
        assertThatThrownBy(absent::all).isInstanceOf(UefiException.class).hasMessageContaining("not started by UEFI");
    }

    @Test
    void hugeFileIsNotRead() throws IOException {
        Files.write(directory.resolve("StubDeviceURL" + LOADER), new byte[(1 << 20) + 1]);
        assertThatThrownBy(variables::bootUrl).hasMessageContaining("1048577 bytes");
    }

    private void text(String name, String value) throws IOException {
        String data = HexFormat.of().formatHex(value.getBytes(StandardCharsets.UTF_16LE));
        hex(name + LOADER, "06000000" + data);
    }

    private void hex(String fileName, String hex) throws IOException {
        Files.write(directory.resolve(fileName), HexFormat.of().parseHex(hex));
    }
}
