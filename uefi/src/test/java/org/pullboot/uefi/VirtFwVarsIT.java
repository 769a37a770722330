package org.pullboot.uefi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with virt-fw-vars of python3-virt-firmware on the firmware files of package ovmf. */
final class VirtFwVarsIT {
    private static final Pattern JSON_VARIABLE = Pattern.compile(
            "\"name\": \"([^\"]+)\",\\s*\"guid\": \"([^\"]+)\",\\s*\"attr\": (\\d+),\\s*\"data\": \"([0-9a-f]*)\"");

    private DebianTools tools;
    private Path work;

    @BeforeEach
    void findTools() throws IOException, InterruptedException {
        tools = DebianTools.find();
        work = tools.workDirectory();
    }

    @AfterEach
    void removeWorkDirectory() throws IOException {
        try (Stream<Path> files = Files.walk(work)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"OVMF_VARS.fd", "OVMF_VARS_4M.fd"})
    void freshStoreGetsTheSameBytes(String name) throws IOException, InterruptedException {
        Path template = Path.of("/usr/share/OVMF", name);
        Path input = Files.copy(template, work.resolve("in.fd"));
        Path theirs = work.resolve("theirs.fd");
        tools.run(
                "virt-fw-vars",
                "--input",
                tools.inside(input),
                "--output",
                tools.inside(theirs),
                "--set-boot-uri",
                "http://10.0.2.2:8081/image.efi");
        VariableStore store = VariableStore.read(template);
        boot(store);
        assertThat(store.toBytes()).isEqualTo(Files.readAllBytes(theirs));
    }

    @ParameterizedTest
    @ValueSource(strings = {"OVMF_VARS.ms.fd", "OVMF_VARS_4M.ms.fd", "OVMF_VARS_4M.snakeoil.fd"})
    void usedStoreReadsTheSameBeforeAndAfterAnEdit(String name) throws IOException, InterruptedException {
        Path file = Files.copy(Path.of("/usr/share/OVMF", name), work.resolve("vars.fd"));
        VariableStore store = VariableStore.read(file);
        assertThat(listed(file)).containsExactlyInAnyOrderElementsOf(store.all());
        boot(store);
        store.write(file);
        assertThat(listed(file))
                .containsExactlyInAnyOrderElementsOf(store.all())
                .anyMatch(variable -> variable.name().equals("Boot0099"));
    }

    private static void boot(VariableStore store) throws IOException {
        BootEntryRequest request = BootEntryRequest.of(BootUri.parse("http://10.0.2.2:8081/image.efi"));
        store.apply(BootEntries.read(store)
                .add(request.titled("netboot image.efi").at(0x99).asNext())
                .changes());
    }

    private List<EfiVariable> listed(Path file) throws IOException, InterruptedException {
        String json = tools.run("virt-fw-vars", "--input", tools.inside(file), "--output-json", "-");
        return JSON_VARIABLE
                .matcher(json)
                .results()
                .map(match -> new EfiVariable(
                        EfiGuid.parse(match.group(2)),
                        match.group(1),
                        Integer.parseInt(match.group(3)),
                        Bytes.ofHex(match.group(4))))
                .toList();
    }
}
