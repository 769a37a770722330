package org.pullboot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.vm.VmOptions;

/**
 * Debian 12, whose systemd 252 knows no {@code systemd.pull=}, with our package: it pulls what its kernel's command line
 * says before its services start.
 */
final class Debian12PackageBootIT {
    private static String deb;

    @TempDir
    private Path directory;

    @BeforeAll
    static void makePackage(@TempDir Path target) {
        String script = Checkout.root().resolve("scripts/package-deb.sh").toString();
        deb = Checkout.output("env", "DPKG_DEB_COMPRESSOR_TYPE=none", script, target.toString());
    }

    @Test
    void aPortableAndAMachineImageAreThereAfterTheBoot() throws Exception {
        Path image = Checkout.place(Path.of(packaged("erofs")), directory, "host.erofs");
        Path www = Files.createDirectory(directory.resolve("www"));
        Path portable = portable(www);
        machine(www);
        Files.writeString(
                www.resolve("SHA256SUMS"), Checkout.output("sh", "-c", "cd '" + www + "' && sha256sum *") + "\n");

        Console console;
        try (var server = new PullbootServer(directory.resolve("state"), image.toString());
                var images = new PlainWebServer(www)) {
            UkiParts uki = UkiParts.fetch(server.url(), Files.createDirectory(directory.resolve("parts")));
            String url = Machine.guest(images.directory());
            console = Machine.run(
                    VmOptions.kernel(
                                    uki.kernel(),
                                    uki.initrd(),
                                    String.join(
                                            " ",
                                            uki.commandLine(),
                                            "console=ttyS0",
                                            "rd.pullboot.origin=" + Machine.guest(server.url()),
                                            // The agent leaves the card up, udev cannot rename it
                                            // then, and networkd waits two minutes for that.
                                            "net.ifnames=0",
                                            "e2e.disk",
                                            "systemd.pull=raw,portable,blockdev,verify=checksum::" + url
                                                    + "hello.raw.zst",
                                            "\"systemd.pull=tar,machine,runtime=yes,verify=checksum:bureau 1:" + url
                                                    + "machine.tar.xz?it's=%41\"",
                                            "systemd.pull=raw,machine:broken:ftp://h/x"))
                            .memory(2048)
                            .disk(GuestDisk.make(
                                    Files.createDirectory(directory.resolve("script")),
                                    GuestDisk.script("list-images.sh"))),
                    Console.END);
            assertThat(images.requests())
                    .anyMatch(line -> line.contains("GET /hello.raw.zst HTTP/1.1\" 200"))
                    .anyMatch(line -> line.contains("GET /SHA256SUMS HTTP/1.1\" 200"));
        }

        assertThat(console.booted()).as(console.tail()).isTrue();
        assertThat(console.said("os")).singleElement().asString().contains("CODENAME=bookworm");
        assertThat(console.said("portable")).as(console.tail()).anyMatch(line -> line.startsWith("hello raw"));
        assertThat(console.said("machine")).anyMatch(line -> line.startsWith("bureau 1 directory"));
        assertThat(console.said("raw")).containsExactly(sha256(portable) + "  -");
        assertThat(console.said("tree")).containsExactly("pulled");
        assertThat(console.said("unit"))
                .hasSize(2)
                .allMatch(line -> line.contains("Result=success")
                        && line.contains("ExecMainStatus=0")
                        && line.contains("NRestarts=0"));
        assertThat(console.said("refused")).containsExactly("1");
        assertThat(console.said("imports"))
                .containsExactly("ActiveState=active FragmentPath=/run/systemd/generator.late/imports.target");
        assertThat(console.said("order"))
                .as("sysinit.target waits for imports.target")
                .containsExactly("1");
        assertThat(console.said("cycles")).containsExactly("0");
        assertThat(console.said("loop"))
                .singleElement()
                .asString()
                .matches("/dev/loop[0-9]+ /var/lib/portables/hello.raw");
        assertThat(console.said("twice"))
                .as("condition of what is there already")
                .containsExactly("no");
        assertThat(console.said("attached")).containsExactly("active");
    }

    @Test
    void theGeneratorStandsBackForSystemdsOwnAndTakesCredentials() throws IOException {
        String said = Checkout.output(
                "unshare",
                "--mount",
                "bash",
                "-c",
                GuestDisk.script("in-packaged.sh"),
                "in-packaged.sh",
                packaged("tree"),
                Files.createDirectory(directory.resolve("scratch")).toString(),
                GuestDisk.script("run-generator.sh"));
        System.out.println(said + "\n(budget: 20 ms and 300 ms on a machine that does nothing else)");

        String unit = "systemd-import@var-lib-machines-a.raw.service";
        assertThat(said.lines().map(String::strip))
                .as(said)
                .contains(
                        "own " + unit,
                        "systemd's",
                        "masked " + unit,
                        "linked " + unit,
                        "beside-linked",
                        "encrypted systemd-import@var-lib-extensions-secret.service")
                .anyMatch(line -> line.startsWith("spoilt ") && line.contains("could not be decrypted"));
    }

    private static String packaged(String form) {
        return Checkout.output(Checkout.root().resolve("e2e/images/packaged.sh").toString(), form, deb);
    }

    /** A portable service that runs until it is stopped, with the little of a system that one has to have. */
    private Path portable(Path www) throws IOException {
        Path tree = Files.createDirectories(directory.resolve("hello"));
        for (String empty :
                List.of("proc", "sys", "dev", "run", "tmp", "var/tmp", "etc", "usr/lib/systemd/system", "usr/bin")) {
            Files.createDirectories(tree.resolve(empty));
        }
        Files.writeString(tree.resolve("usr/lib/os-release"), "ID=hello\nVERSION_ID=1\n");
        Files.createSymbolicLink(tree.resolve("etc/os-release"), Path.of("../usr/lib/os-release"));
        for (String file : List.of("etc/resolv.conf", "etc/machine-id")) {
            Files.createFile(tree.resolve(file));
        }
        Files.writeString(
                tree.resolve("usr/lib/systemd/system/hello.service"),
                "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/bin/true\n");
        Path source = Files.writeString(directory.resolve("true.c"), "int main(void) { return 0; }\n");
        Checkout.output("gcc", "-static", "-o", tree.resolve("usr/bin/true").toString(), source.toString());
        Path raw = directory.resolve("hello.raw");
        Checkout.output("mksquashfs", tree.toString(), raw.toString(), "-quiet", "-no-progress", "-all-root");
        Checkout.output("zstd", "-q", "-o", www.resolve("hello.raw.zst").toString(), raw.toString());
        return raw;
    }

    private void machine(Path www) throws IOException {
        Path tree = directory.resolve("machine");
        Path etc = Files.createDirectories(tree.resolve("etc"));
        Files.writeString(etc.resolve("hostname"), "pulled\n", StandardCharsets.US_ASCII);
        Files.writeString(etc.resolve("os-release"), "ID=machine\n");
        Checkout.output("tar", "-cJf", www.resolve("machine.tar.xz").toString(), "-C", tree.toString(), ".");
    }

    private static String sha256(Path file) {
        return Checkout.output("sha256sum", file.toString()).split(" ", 2)[0];
    }
}
