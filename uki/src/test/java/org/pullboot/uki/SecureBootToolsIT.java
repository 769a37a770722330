package org.pullboot.uki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.pullboot.debian.DebianTools;

/** Compares with sbsign, sbverify, systemd-sbsign and osslsigncode of Debian sid. */
final class SecureBootToolsIT {
    private static final Path HOST_STUB = Path.of("/usr/lib/systemd/boot/efi/linuxx64.efi.stub");

    private static DebianTools tools;
    private static Path work;
    private static SigningKey key;
    private static X509Certificate certificate;

    @BeforeAll
    static void findToolsAndMakeKeys() throws IOException, InterruptedException {
        tools = DebianTools.find();
        work = tools.workDirectory("uki");
        inTree("openssl req -x509 -newkey rsa:3072 -nodes -keyout key.pem -out cert.pem -days 30 -subj /CN=ours"
                + " 2>/dev/null && openssl req -x509 -newkey rsa:2048 -nodes -keyout other.pem -out other.crt -days 30"
                + " -subj /CN=other 2>/dev/null");
        key = new KeyFiles(what -> new char[0]).privateKey(work.resolve("key.pem"));
        certificate = KeyFiles.certificates(work.resolve("cert.pem")).getFirst();
    }

    @AfterAll
    static void removeWorkDirectory() throws IOException {
        DebianTools.delete(work);
    }

    @Test
    void theirToolsAcceptWhatWeSign() throws IOException, InterruptedException {
        uki(tools.path("/usr/lib/systemd/boot/efi/linuxx64.efi.stub"), "sid.efi");
        uki(HOST_STUB, "host.efi");
        Files.copy(tools.kernel(), work.resolve("kernel.efi"));
        for (String name : List.of("sid", "host", "kernel")) {
            signer(Optional.of(Instant.EPOCH)).sign(work.resolve(name + ".efi"), work.resolve(name + "-timed.efi"));
            signer(Optional.empty()).sign(work.resolve(name + ".efi"), work.resolve(name + "-signed.efi"));
            signer(Optional.empty()).sign(work.resolve(name + "-signed.efi"), work.resolve(name + "-twice.efi"));
        }

        String each = "; do for j in timed signed twice; do ";
        assertThat(inTree("for i in sid host kernel" + each + "sbverify --cert cert.pem $i-$j.efi;"
                                + " sbverify --cert other.crt $i-$j.efi || true; done; done 2>/dev/null")
                        .lines()
                        .distinct())
                .containsExactly("Signature verification OK", "Signature verification failed");
        // This one looks at the first signature alone, which of the kernel is Debian's.
        assertThat(inTree("for i in sid host" + each + "osslsigncode verify -CAfile cert.pem -in $i-$j.efi >log"
                                + " && tail -n 1 log || cat log; done; done 2>/dev/null")
                        .lines()
                        .distinct())
                .containsExactly("Succeeded");
    }

    @Test
    void weAcceptWhatTheirToolsSign() throws IOException, InterruptedException {
        uki(tools.path("/usr/lib/systemd/boot/efi/linuxx64.efi.stub"), "plain.efi");
        inTree("sbsign --key key.pem --cert cert.pem --output sbsign.efi plain.efi 2>/dev/null &&"
                + " sbsign --key other.pem --cert other.crt --output both.efi sbsign.efi 2>/dev/null &&"
                + " /usr/lib/systemd/systemd-sbsign sign plain.efi --output=systemd.efi --private-key=key.pem"
                + " --certificate=cert.pem 2>/dev/null &&"
                + " osslsigncode sign -h sha256 -certs cert.pem -key key.pem -in plain.efi -out ossl.efi >/dev/null");

        for (String name : List.of("sbsign.efi", "both.efi", "systemd.efi", "ossl.efi")) {
            assertThat(Authenticode.verify(work.resolve(name), List.of(certificate))
                            .signer())
                    .as(name)
                    .isEqualTo(certificate);
        }
        assertThat(Authenticode.verify(work.resolve("both.efi"), KeyFiles.certificates(work.resolve("other.crt")))
                        .signer()
                        .getSubjectX500Principal()
                        .getName())
                .isEqualTo("CN=other");
        signer(Optional.empty()).sign(work.resolve("sbsign.efi"), work.resolve("appended.efi"));
        assertThat(Authenticode.signatures(work.resolve("appended.efi"))).hasSize(2);
        assertThat(inTree("sbverify --list appended.efi | grep -c '^signature'").strip())
                .isEqualTo("2");
    }

    @Test
    void aFlippedByteIsRefusedByAll() throws IOException, InterruptedException {
        uki(tools.path("/usr/lib/systemd/boot/efi/linuxx64.efi.stub"), "whole.efi");
        signer(Optional.empty()).sign(work.resolve("whole.efi"), work.resolve("whole-signed.efi"));
        byte[] bytes = Files.readAllBytes(work.resolve("whole-signed.efi"));
        PeFile pe = PeFile.read(work.resolve("whole-signed.efi"));
        List<Integer> places = new ArrayList<>(List.of(0x3, pe.headerOffset() + 4, pe.sectionTable() + 1));
        for (PeSection section : pe.sections()) {
            places.add((int) section.rawOffset());
            places.add((int) (section.rawOffset() + section.rawSize() - 1));
        }
        for (int i = 0; i < places.size(); i++) {
            byte[] changed = bytes.clone();
            changed[places.get(i)] ^= 0x40;
            Path file = Files.write(work.resolve("flip-" + i), changed);
            assertThatThrownBy(() -> Authenticode.verify(file, List.of(certificate)))
                    .as("byte " + places.get(i))
                    .isInstanceOf(PeException.class);
        }

        assertThat(inTree(
                        "for i in flip-*; do sbverify --cert cert.pem $i >/dev/null 2>&1 && echo sbverify believes $i;"
                                + " osslsigncode verify -CAfile cert.pem -in $i >/dev/null 2>&1 && echo osslsigncode believes $i;"
                                + " done; echo done"))
                .isEqualTo("done\n");
    }

    private static AuthenticodeSigner signer(Optional<Instant> time) throws KeyException {
        return new AuthenticodeSigner(key, certificate, List.of(), time);
    }

    private static void uki(Path stub, String name) throws IOException {
        Path kernel =
                Files.write(work.resolve("vmlinuz-" + name), PeFixture.kernel().bytes());
        new UkiBuilder(stub, kernel)
                .commandLine("quiet " + name)
                .osRelease("ID=x\n")
                .build(work.resolve(name));
    }

    private static String inTree(String script) throws IOException, InterruptedException {
        return tools.run("sh", "-c", "cd " + tools.inside(work) + " && " + script);
    }
}
