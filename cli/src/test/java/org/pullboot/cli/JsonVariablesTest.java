package org.pullboot.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.pullboot.uefi.BootEntries;
import org.pullboot.uefi.BootEntryRequest;
import org.pullboot.uefi.BootUri;
import org.pullboot.uefi.Bytes;
import org.pullboot.uefi.EfiGuid;
import org.pullboot.uefi.EfiVariable;
import org.pullboot.uefi.SecureBootEnrolment;
import org.pullboot.uefi.SecureBootKeys;
import org.pullboot.uefi.UefiException;
import org.pullboot.uefi.VariableChange;

final class JsonVariablesTest {
    private static final Path CERTIFICATES =
            Path.of("..", "uefi", "src", "test", "resources", "org", "pullboot", "uefi");

    /**
     * {@code virt-fw-vars -i in.json --set-boot-uri http://h/x.efi --set-pk … --add-kek … --add-db … --secure-boot -o} this, where
     * {@code in.json} has no variables.
     */
    static byte[] golden() throws IOException {
        try (InputStream in = JsonVariablesTest.class.getResourceAsStream("virt-fw-vars.json")) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    @Test
    void sameRequestMakesTheBytesOfVirtFwVars() throws IOException {
        JsonVariables variables = JsonVariables.parse(new byte[0]);
        variables.apply(BootEntries.read(variables)
                .add(BootEntryRequest.of(BootUri.parse("http://h/x.efi"))
                        .titled("netboot x.efi")
                        .at(0x99)
                        .asNext())
                .changes());
        SecureBootKeys keys = new SecureBootKeys(
                EfiGuid.parse("77fa9abd-0359-4d32-bd60-28f4e78f784b"),
                List.of(Files.readAllBytes(CERTIFICATES.resolve("PK.pem"))),
                List.of(Files.readAllBytes(CERTIFICATES.resolve("KEK.pem"))),
                List.of(Files.readAllBytes(CERTIFICATES.resolve("db.pem"))),
                List.of());
        variables.apply(SecureBootEnrolment.changes(variables, keys, false));
        assertThat(new String(variables.toBytes(), StandardCharsets.UTF_8))
                .isEqualTo(new String(golden(), StandardCharsets.UTF_8));
    }

    @Test
    void whatIsReadIsWrittenAgain() throws IOException {
        JsonVariables variables = JsonVariables.parse(golden());
        assertThat(variables.all())
                .extracting(EfiVariable::name)
                .containsExactly("Boot0099", "BootNext", "PK", "KEK", "db", "dbx", "SecureBootEnable", "CustomMode");
        assertThat(variables.toBytes()).isEqualTo(golden());
        assertThat(SecureBootEnrolment.changes(
                        variables,
                        new SecureBootKeys(EfiGuid.LOADER, List.of(), List.of(), List.of(), List.of()),
                        false))
                .isEmpty();
    }

    @Test
    void whatIsNotKnownStays() throws IOException {
        JsonVariables variables = JsonVariables.parse(json("""
                {"version": 2, "x": 1, "variables": [
                  {"name": "A", "guid": "GLOBAL", "attr": 39, "data": "00", "digest": "aa", "time": "00000000000000000000000000000000"},
                  {"name": "A", "guid": "LOADER", "attr": 7, "data": "01"}]}
                """));
        variables.apply(List.of(
                new VariableChange.Write(new EfiVariable(EfiGuid.GLOBAL, "A", 39, Bytes.ofHex("02"))),
                new VariableChange.Delete(EfiGuid.LOADER, "A"),
                new VariableChange.Delete(EfiGuid.LOADER, "NeverThere")));
        assertThat(variables.all()).hasSize(1);
        assertThat(new String(variables.toBytes(), StandardCharsets.UTF_8))
                .contains("\"digest\": \"aa\"", "\"x\": 1", "\"data\": \"02\"", "\"time\": \"0000");
    }

    @Test
    void malformedStoresAreRefused() {
        for (String text : List.of(
                "{",
                "[]",
                "{}",
                "{\"version\": 3, \"variables\": []}",
                "{\"version\": 2, \"variables\": {}}",
                "{\"variables\": [1]}",
                "{\"variables\": [{}]}",
                "{\"variables\": [{\"name\": \"\", \"guid\": \"GLOBAL\", \"attr\": 7, \"data\": \"\"}]}",
                "{\"variables\": [{\"name\": \"A\", \"guid\": \"x\", \"attr\": 7, \"data\": \"\"}]}",
                "{\"variables\": [{\"name\": \"A\", \"guid\": \"GLOBAL\", \"attr\": 7.5, \"data\": \"\"}]}",
                "{\"variables\": [{\"name\": \"A\", \"guid\": \"GLOBAL\", \"attr\": 7, \"data\": \"0\"}]}",
                "{\"variables\": [{\"name\": \"A\", \"guid\": \"GLOBAL\", \"attr\": 7, \"data\": \"\", \"time\": \"00\"}]}")) {
            assertThatThrownBy(() -> JsonVariables.parse(json(text))).as(text).isInstanceOf(UefiException.class);
        }
    }

    @Test
    void damagedStoresThrowNothingButTheDeclaredError() throws IOException {
        long seed = 61;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        byte[] golden = golden();
        for (int round = 0; round < 5_000; round++) {
            byte[] bytes = golden.clone();
            for (int times = random.nextInt(1, 4); times > 0; times--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                JsonVariables variables = JsonVariables.parse(bytes);
                assertThat(JsonVariables.parse(variables.toBytes()).all()).isEqualTo(variables.all());
            } catch (UefiException refused) {
                assertThat(refused).as("seed %d round %d", seed, round).hasMessageContaining("JSON");
            }
        }
    }

    /** The text with its GUIDs filled in. */
    private static byte[] json(String text) {
        return text.replace("GLOBAL", EfiGuid.GLOBAL.toString())
                .replace("LOADER", EfiGuid.LOADER.toString())
                .getBytes(StandardCharsets.UTF_8);
    }
}
