package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.pull.BootOrigin;

final class OriginTest {
    private static final String LOADER = "-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";
    private static final String GLOBAL = "-8be4df61-93ca-11d2-aa0d-00e098032b8c";

    @TempDir
    private Path variables;

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

    @Test
    void theStubKnowsBest() throws IOException {
        url("StubDeviceURL", "http://stub/a.efi");
        url("LoaderDeviceURL", "http://loader/b.efi");

        assertThat(find("http://line/c.efi")).contains(new BootOrigin("http://stub/a.efi"));
        assertThat(screen.toString(StandardCharsets.UTF_8))
                .isEqualTo("pullboot: booted from http://stub/a.efi (StubDeviceURL)\r\n");
    }

    @Test
    void theLoaderIsNext() throws IOException {
        url("LoaderDeviceURL", "http://loader/b.efi");

        assertThat(find("http://line/c.efi")).contains(new BootOrigin("http://loader/b.efi"));
    }

    @Test
    void theBootEntryIsNext() throws IOException {
        variable("BootCurrent" + GLOBAL, "060000000200");
        // kernel-bootcfg --add-uri=http://a/b.efi --title=a
        variable(
                "Boot0002" + GLOBAL,
                "07000000" + "01000000160061000000" + "03181200687474703a2f2f612f622e656669" + "7fff0400");

        assertThat(find("http://line/c.efi")).contains(new BootOrigin("http://a/b.efi"));
    }

    @Test
    void theCommandLineIsLast() {
        assertThat(find("http://line/c.efi")).contains(new BootOrigin("http://line/c.efi"));
    }

    @Test
    void aBrokenVariableIsAWarning() throws IOException {
        variable("StubDeviceURL" + LOADER, "07");

        assertThat(find("http://line/c.efi")).contains(new BootOrigin("http://line/c.efi"));
        assertThat(screen.toString(StandardCharsets.UTF_8)).contains("pullboot: warning: ");
    }

    @Test
    void aMachineWithoutAnyOfThemHasNoOrigin() {
        assertThat(Origin.find(variables.resolve("missing"), Optional.empty(), Console.early(screen)))
                .isEmpty();
    }

    private Optional<BootOrigin> find(String commandLine) {
        return Origin.find(variables, Optional.of(new BootOrigin(commandLine)), Console.early(screen));
    }

    private void url(String name, String url) throws IOException {
        String hex = HexFormat.of().formatHex((url + "\0").getBytes(StandardCharsets.UTF_16LE));
        variable(name + LOADER, "06000000" + hex);
    }

    private void variable(String name, String hex) throws IOException {
        Files.write(variables.resolve(name), HexFormat.of().parseHex(hex));
    }
}
