package org.pullboot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stock Debian kernel and nvme-cli as hosts of the target, which lets one host in, and only with its secret; and another
 * by TLS alone.
 */
final class NvmeCliBootIT {
    private static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:11111111-2222-4333-8444-555555555511";
    private static final String STRANGER = "nqn.2014-08.org.nvmexpress:uuid:11111111-2222-4333-8444-555555555512";
    private static final String TLS_HOST = "nqn.2014-08.org.nvmexpress:uuid:11111111-2222-4333-8444-555555555513";
    private static final String SUBSYSTEM = "nqn.2026-11.org.pullboot:disk";

    @TempDir
    private Path directory;

    @Test
    void aHostConnectsWithItsSecretAndNoOtherWay() throws Exception {
        Path boots = Checkout.place(Checkout.image("trixie", "raw.zst"), directory, "image.raw.zst");
        Path disk = Checkout.place(Checkout.image("trixie", "raw"), directory, "disk.raw");
        String secret = secret("DHHC-1:00:", 1);
        String controller = secret("DHHC-1:00:", 2);
        String tls = secret("NVMeTLSkey-1:01:", 3);
        Path hosts = Files.writeString(
                directory.resolve("hosts"),
                HOST + " " + secret + " " + controller + "\n" + TLS_HOST + " " + tls + "\n");
        Console console;
        try (var boot = new PullbootServer(directory.resolve("boot"), boots.toString());
                var target = new PullbootServer(
                        directory.resolve("target"),
                        "--root",
                        "nvme",
                        "--nvme-listen",
                        "127.0.0.1:0",
                        "--hosts",
                        hosts.toString(),
                        "--tls",
                        "allowed",
                        disk.toString())) {
            UkiParts uki = UkiParts.fetch(boot.url(), Files.createDirectory(directory.resolve("parts")));
            String words = String.join(
                    ",",
                    "10.0.2.2",
                    String.valueOf(target.nvmePort()),
                    SUBSYSTEM,
                    HOST,
                    secret,
                    controller,
                    STRANGER,
                    TLS_HOST,
                    tls);
            console = Machine.bootParts(uki, boot.url(), 1024, "e2e.nvme=" + words);
            assertThat(target.output())
                    .doesNotContain(secret)
                    .doesNotContain(controller)
                    .doesNotContain(tls);
        }

        assertThat(console.booted()).as(console.tail()).isTrue();
        assertThat(console.said("discover"))
                .as(console.tail())
                .singleElement()
                .asString()
                .contains(SUBSYSTEM);
        assertThat(console.said("discover-stranger")).containsExactly("0");
        for (String label : new String[] {"secret", "mutual", "tls"}) {
            assertThat(console.said("connect"))
                    .as(console.tail())
                    .anyMatch(line -> line.startsWith(label + " status 0"));
            assertThat(console.said("identity"))
                    .anyMatch(line -> line.startsWith(label + " ")
                            && line.contains("mn : Pullboot")
                            && line.contains("subnqn : " + SUBSYSTEM));
            assertThat(console.said("wrote")).contains(label);
            assertThat(console.said("flushed")).contains(label);
        }
        assertThat(console.said("read"))
                .as("the first MiB as it is in the image, and with the sector that the first connection wrote")
                .containsExactly(
                        "secret " + firstMebibyte(disk, ""),
                        "mutual " + firstMebibyte(disk, "secret\n"),
                        "tls " + firstMebibyte(disk, ""));
        for (String label : new String[] {"wrong", "without", "stranger", "clear"}) {
            assertThat(console.said("connect"))
                    .as(console.tail())
                    .anyMatch(line -> line.startsWith(label + " status ") && !line.startsWith(label + " status 0"));
        }
        assertThat(console.said("kernel"))
                .as("what the kernel makes of the statuses")
                .anyMatch(line -> line.startsWith("wrong ") && line.contains("authentication"))
                .anyMatch(line -> line.startsWith("without ") && line.contains("authentication"))
                .anyMatch(line -> line.startsWith("stranger ") && line.contains("not allowed"))
                .anyMatch(line -> line.startsWith("clear ") && line.contains("not allowed"));
    }

    /** A secret in the form that nvme-cli takes, of 32 bytes. */
    private static String secret(String kind, int seed) {
        byte[] bytes = new byte[36];
        Arrays.fill(bytes, 0, 32, (byte) (seed + 100));
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, 32);
        for (int i = 0; i < 4; i++) {
            bytes[32 + i] = (byte) (crc.getValue() >> (8 * i));
        }
        return kind + Base64.getEncoder().encodeToString(bytes) + ":";
    }

    private static String firstMebibyte(Path disk, String written) throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(disk)) {
            bytes = in.readNBytes(1 << 20);
        }
        if (!written.isEmpty()) {
            Arrays.fill(bytes, 0, 512, (byte) 0);
            System.arraycopy(written.getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, written.length());
        }
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)) + "  -";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
