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
import org.pullboot.uefi.SecureBootKeys;
import org.pullboot.vm.VmOptions;

/** Firmware that trusts our keys alone, and a TPM that sees what it boots. */
final class SecureBootBootIT {
    /** Where the certificate table's place and size are, from the start of the optional header (PE32+). */
    private static final int SECURITY_DIRECTORY = 144;

    @TempDir
    private Path directory;

    @Test
    void firmwareRefusesWhatWeDidNotSignAndThenBootsWhatTheServerSigned() throws Exception {
        Path keys = TestKeys.generate(directory.resolve("keys"));
        Path variables = directory.resolve("variables.fd");
        Path signed = directory.resolve("signed.efi");
        Path image = Checkout.place(Checkout.image("small", "raw.zst"), directory, "image.raw.zst");
        try (var server = new PullbootServer(
                directory.resolve("state"),
                "--stub",
                Checkout.stub().toString(),
                "--secureboot-private-key",
                keys.resolve("db.key").toString(),
                "--secureboot-certificate",
                keys.resolve("db.crt").toString(),
                image.toString())) {
            try (InputStream uki = URI.create(server.url()).toURL().openStream()) {
                Files.copy(uki, signed);
            }
            List<String> enrolled = refuseTheOthers(Files.readAllBytes(signed), keys, variables);

            // The store that the firmware has used and written.
            Checkout.run(
                    "boot",
                    "add",
                    Machine.guest(server.url()),
                    "--vars",
                    variables.toString(),
                    "--profile",
                    "2",
                    "--first");
            assertThat(VariableStoreTools.secureBootVariables(variables)).isEqualTo(enrolled);
            Console rescue = Machine.run(
                    VmOptions.firmware().secureBoot().variables(variables).tpm().memory(768), "rescue: that is all");
            assertThat(rescue.agent())
                    .as(rescue.tail())
                    .contains("Secure Boot: on", "TPM: version 2", "rescue: that is all")
                    .contains("PCR 11: sha256 " + measured(signed, 11), "PCR 12: sha256 " + measured(signed, 12))
                    .anyMatch(line -> line.startsWith("stub: systemd-stub ") && line.endsWith(", profile 2"))
                    .anyMatch(line -> line.startsWith("link: eth0 ") && line.contains("10.0.2.15/24"))
                    .anyMatch(line -> line.startsWith("network card: "))
                    .anyMatch(line -> line.startsWith("route: default by 10.0.2.2"));
            assertThat(VariableStoreTools.secureBootVariables(variables)).isEqualTo(enrolled);
        }
    }

    /**
     * Has a machine refuse the UKI without its signature and with a changed byte.
     *
     * @param variables its variable store, which is made, with the keys in it
     * @return the keys and their times as other tools see them after that
     */
    private List<String> refuseTheOthers(byte[] uki, Path keys, Path variables) throws Exception {
        Path www = Files.createDirectory(directory.resolve("www"));
        Files.write(www.resolve("unsigned.efi"), unsigned(uki));
        Files.write(www.resolve("tampered.efi"), tampered(uki));
        try (var server = new PlainWebServer(www)) {
            String first = server.directory() + "unsigned.efi";
            refuse(VmOptions.url(BootUri.parse(first)).secureBoot(SecureBootKeys.read(keys)), variables, first);
            List<String> enrolled = VariableStoreTools.secureBootVariables(variables);
            assertThat(enrolled).hasSize(4);

            String second = server.directory() + "tampered.efi";
            Checkout.run("boot", "add", Machine.guest(second), "--vars", variables.toString(), "--once");
            assertThat(VariableStoreTools.secureBootVariables(variables)).isEqualTo(enrolled);
            refuse(VmOptions.firmware().secureBoot(), variables, second);
            return enrolled;
        }
    }

    private static void refuse(VmOptions options, Path variables, String url) throws Exception {
        Console refused = Machine.run(options.variables(variables).memory(512), "Access Denied");
        assertThat(refused.text())
                .as(url)
                .contains("BdsDxe: failed to load Boot")
                .contains(Machine.guest(url) + "): Access Denied")
                .doesNotContain("Linux version");
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
