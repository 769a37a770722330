package org.pullboot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.uefi.BootUri;
import org.pullboot.vm.VmOptions;

/** Firmware that trusts our keys alone, and a TPM that sees what it boots. */
final class SecureBootBootIT {
    /** Where the certificate table's place and size are, from the start of the optional header (PE32+). */
    private static final int SECURITY_DIRECTORY = 144;

    @TempDir
    private Path directory;

    @Test
    void firmwareBootsWhatTheServerSignedAndNothingElse() throws Exception {
        Path keys = TestKeys.secureBoot(directory.resolve("keys"));
        Path variables = directory.resolve("variables.fd");
        Path www = Files.createDirectory(directory.resolve("www"));
        Path signed = directory.resolve("signed.efi");
        Path image = Checkout.place(Checkout.image("small", "raw.zst"), directory, "image.raw.zst");

        Console rescue;
        try (var server = new PullbootServer(
                        directory.resolve("state"),
                        "--stub",
                        Checkout.stub().toString(),
                        "--secureboot-private-key",
                        keys.resolve("db.key").toString(),
                        "--secureboot-certificate",
                        keys.resolve("db.crt").toString(),
                        image.toString());
                InputStream uki = URI.create(server.url()).toURL().openStream()) {
            Files.copy(uki, signed);
            rescue = Machine.run(
                    VmOptions.url(BootUri.parse(server.url()))
                            .profile(2)
                            .secureBoot(TestKeys.trusted(keys))
                            .variables(variables)
                            .tpm()
                            .memory(768),
                    "rescue: that is all");
        }
        assertThat(rescue.agent())
                .as(rescue.tail())
                .contains("Secure Boot: on", "TPM: version 2", "rescue: that is all")
                .contains("PCR 11: sha256 " + measured(signed, 11), "PCR 12: sha256 " + measured(signed, 12))
                .anyMatch(line -> line.startsWith("stub: systemd-stub ") && line.endsWith(", profile 2"))
                .anyMatch(line -> line.startsWith("link: eth0 ") && line.contains("10.0.2.15/24"))
                .anyMatch(line -> line.startsWith("network card: "))
                .anyMatch(line -> line.startsWith("route: default by 10.0.2.2"));

        List<String> enrolled = VariableStoreTools.secureBootVariables(variables);
        assertThat(enrolled).hasSize(4);
        byte[] uki = Files.readAllBytes(signed);
        Files.write(www.resolve("unsigned.efi"), unsigned(uki));
        Files.write(www.resolve("tampered.efi"), tampered(uki));
        try (var server = new PlainWebServer(www)) {
            for (String name : List.of("unsigned.efi", "tampered.efi")) {
                String url = Machine.guest(server.directory() + name);
                Checkout.run("boot", "add", url, "--vars", variables.toString(), "--once");
                assertThat(VariableStoreTools.secureBootVariables(variables)).isEqualTo(enrolled);
                Console refused = Machine.run(
                        VmOptions.firmware().secureBoot().variables(variables).memory(512), "Access Denied");
                assertThat(refused.text())
                        .as(name)
                        .contains("BdsDxe: failed to load Boot")
                        .contains(url + "): Access Denied")
                        .doesNotContain("Linux version");
            }
        }
    }

    private static String measured(Path uki, int register) {
        return Measured.pcr(uki, 2, register, "enter-initrd");
    }

    private static byte[] unsigned(byte[] uki) {
        byte[] copy = uki.clone();
        ByteBuffer pe = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
        pe.putLong(pe.getInt(0x3c) + 24 + SECURITY_DIRECTORY, 0);
        return copy;
    }

    private static byte[] tampered(byte[] uki) {
        byte[] copy = uki.clone();
        copy[copy.length / 2] ^= 1;
        return copy;
    }
}
