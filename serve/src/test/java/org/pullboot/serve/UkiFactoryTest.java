package org.pullboot.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.fleet.GenerationId;
import org.pullboot.image.Compression;
import org.pullboot.image.ImageKind;
import org.pullboot.image.Sha256;
import org.pullboot.initrd.InitrdRequest;
import org.pullboot.initrd.KernelTree;
import org.pullboot.uki.EfiArchitecture;
import org.pullboot.uki.KeyFiles;
import org.pullboot.uki.PcrBank;
import org.pullboot.uki.PcrPolicySigner;
import org.pullboot.uki.PcrSignature;
import org.pullboot.uki.PcrSignatures;
import org.pullboot.uki.PolicyGroup;
import org.pullboot.uki.Stub;
import org.pullboot.uki.UkiImage;
import org.pullboot.uki.UkiProfile;

final class UkiFactoryTest {
    private static final GenerationId ID = new GenerationId("0123456789abcdef");

    @TempDir
    private Path directory;

    private Path program;

    @BeforeEach
    void writeProgram() throws IOException {
        program = Files.write(directory.resolve("program.efi"), program());
    }

    @Test
    void everyProfileCarriesTheSignaturesOfWhatItsBootMeasures() throws IOException, GeneralSecurityException {
        PcrPolicySigner signer = signer();
        UkiImage uki = build(signer);

        assertThat(uki.profiles()).hasSize(3);
        List<PcrSignature> all = new ArrayList<>();
        for (UkiProfile profile : uki.profiles()) {
            PcrSignatures signatures =
                    PcrSignatures.parse(profile.section(".pcrsig").orElseThrow().text());
            assertThat(signatures).isEqualTo(signer.signatures(profile));
            assertThat(profile.section(".pcrpkey").orElseThrow().text())
                    .isEqualTo(signer.publicKey().orElseThrow());
            all.addAll(signatures.of(PcrBank.SHA256));
        }
        assertThat(all).hasSize(3 * 4).doesNotHaveDuplicates();
    }

    @Test
    void withoutAKeyNothingIsSigned() throws IOException {
        assertThat(build(null).pe().section(".pcrsig")).isEmpty();
        assertThat(build(null).pe().section(".pcrpkey")).isEmpty();
    }

    private UkiImage build(@Nullable PcrPolicySigner signer) throws IOException {
        ServeOptions options = options(signer);
        Clock clock = Clock.systemUTC();
        Events events = new Events(event -> {}, System::nanoTime);
        MeasureCache measures = new MeasureCache(options.cache().resolve("measured"), clock);
        UkiFactory factory =
                new UkiFactory(options, new KernelFinder(options, events, clock), measures, events, clock, null);
        Candidate image = new Candidate(
                "os.raw", directory.resolve("os.raw"), Compression.NONE, new ImageKind.GptDisk(512), false);
        CommandLine line =
                new CommandLine(image, new Measure(new Sha256("a".repeat(64)), 4096, 1000), null, null, "", null);
        UkiFactory.Parts parts = new UkiFactory.Parts(
                "os.efi",
                line,
                Stub.read(program, EfiArchitecture.X64),
                new KernelTree("6.1", program, directory),
                program,
                "",
                null);
        return UkiImage.read(factory.build(parts, ID).path());
    }

    private ServeOptions options(@Nullable PcrPolicySigner signer) {
        return new ServeOptions(
                List.of(directory),
                new InetSocketAddress(0),
                null,
                directory.resolve("state"),
                directory.resolve("cache"),
                null,
                null,
                null,
                "",
                InitrdRequest.DEFAULT_LEVEL,
                ServerLimits.defaults(),
                null,
                null,
                signer,
                null);
    }

    private PcrPolicySigner signer() throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        Path file = Files.writeString(
                directory.resolve("pcr.key"),
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(pair.getPrivate().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
        PolicyGroup group =
                PolicyGroup.signing(new KeyFiles(what -> new char[0]).privateKey(file), List.of(), Optional.empty());
        return new PcrPolicySigner(List.of(group), Set.of(PcrBank.SHA256));
    }

    /** The smallest PE32+ image for x86-64 that says that it is a stub which knows profiles; it serves as a kernel too. */
    private static byte[] program() {
        byte[] mark = "#### LoaderInfo: systemd-stub 262.1-1 ####".getBytes(StandardCharsets.US_ASCII);
        int headers = 0x1000;
        ByteBuffer out = ByteBuffer.allocate(headers + 0x200).order(ByteOrder.LITTLE_ENDIAN);
        out.put(0, (byte) 'M').put(1, (byte) 'Z').putInt(0x3C, 0x40).putInt(0x40, 0x4550);
        out.putShort(0x44, (short) 0x8664).putShort(0x46, (short) 1).putShort(0x54, (short) 240);
        int optional = 0x58;
        out.putShort(optional, (short) 0x20B).putInt(optional + 32, 0x1000).putInt(optional + 36, 0x200);
        out.putInt(optional + 60, headers).putShort(optional + 68, (short) 10).putInt(optional + 108, 16);
        int section = optional + 240;
        out.put(section, ".sdmagic".getBytes(StandardCharsets.US_ASCII));
        out.putInt(section + 8, mark.length).putInt(section + 12, 0x1000).putInt(section + 16, 0x200);
        out.putInt(section + 20, headers).put(headers, mark);
        return out.array();
    }
}
