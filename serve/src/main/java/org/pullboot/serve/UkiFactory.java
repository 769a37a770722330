package org.pullboot.serve;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pullboot.fleet.Artifact;
import org.pullboot.fleet.GenerationId;
import org.pullboot.image.Compression;
import org.pullboot.image.ImageKind;
import org.pullboot.image.Sha256;
import org.pullboot.initrd.AgentRuntime;
import org.pullboot.initrd.InitrdBuilder;
import org.pullboot.initrd.InitrdManifest;
import org.pullboot.initrd.InitrdRequest;
import org.pullboot.initrd.KernelTree;
import org.pullboot.initrd.ModulesArchive;
import org.pullboot.linux.FileHandle;
import org.pullboot.uki.AuthenticodeSigner;
import org.pullboot.uki.EfiArchitecture;
import org.pullboot.uki.PcrPolicySigner;
import org.pullboot.uki.SectionContent;
import org.pullboot.uki.Stub;
import org.pullboot.uki.UkiBuilder;
import org.pullboot.uki.UkiSection;

/**
 * Makes what images lack to be booted: a UKI each, and an archive of the kernel's modules for those without them.
 *
 * <p>Every part is kept in the cache under what it was made from, so that after a rebuild of an image alone only the
 * UKI's parts are put together again. One thread at a time.
 */
final class UkiFactory {
    private static final int KEPT = 8;

    private final ServeOptions options;
    private final KernelFinder kernels;
    private final MeasureCache measures;
    private final Events events;
    private final CacheEntries ukis;
    private final CacheEntries initrds;
    private final CacheEntries archives;
    private final CommandLine.@Nullable NvmeRoot disk;
    private final Map<String, Sha256> warned = new HashMap<>();

    /**
     * @param disk how UKIs get their root as a disk; null when they download it
     */
    UkiFactory(
            ServeOptions options,
            KernelFinder kernels,
            MeasureCache measures,
            Events events,
            Clock clock,
            CommandLine.@Nullable NvmeRoot disk) {
        this.options = options;
        this.disk = disk;
        this.kernels = kernels;
        this.measures = measures;
        this.events = events;
        this.ukis = new CacheEntries(options.cache().resolve("uki"), KEPT, clock);
        this.initrds = new CacheEntries(options.cache().resolve("initrd"), KEPT, clock);
        this.archives = new CacheEntries(options.cache().resolve("modules"), KEPT, clock);
    }

    /**
     * A UKI that is all but put together: only the generation's id is missing, which depends on this.
     *
     * @param name the UKI's
     * @param inputs what decides its content beside the image, for the generation's id
     * @param modules the archive of modules; null when the image has them
     */
    record Parts(
            String name,
            CommandLine commandLine,
            Stub stub,
            KernelTree kernel,
            Path initrd,
            String inputs,
            @Nullable BuiltFile modules) {}

    /**
     * Gathers the parts of an image's UKI.
     *
     * @throws IOException when there is no kernel, stub or runtime to make it of; the message says what to do
     */
    Parts parts(Candidate image, Measure measure) throws IOException {
        KernelFinder.Found found = kernels.find(image, measure);
        KernelTree kernel = found.tree();
        Stub stub = stub();
        Path initrd = initrd(kernel);
        BuiltFile modules = null;
        Measure modulesMeasure = null;
        if (!found.fromImage()) {
            modules = modules(kernel);
            modulesMeasure = digest(modules.path());
        }
        CommandLine line = new CommandLine(
                image, measure, modules == null ? null : modules.name(), modulesMeasure, options.commandLine(), disk);
        String inputs = String.join(
                "\n",
                ServedName.stem(image.name()),
                line.profiles(null).toString(),
                digest(kernel.kernel()).digest().hex(),
                digest(initrd).digest().hex(),
                digest(stub.file()).digest().hex(),
                kernel.version() + signedBy(),
                "");
        return new Parts(ServedName.stem(image.name()) + ".efi", line, stub, kernel, initrd, inputs, modules);
    }

    /** Puts a UKI together, unless that was done before. */
    BuiltFile build(Parts parts, GenerationId generation) throws IOException {
        Path directory = Files.createDirectories(ukis.place(generation.hex()));
        Path file = directory.resolve(parts.name());
        if (Files.notExists(file)) {
            String stem = parts.name().substring(0, parts.name().length() - ".efi".length());
            Path temporary = directory.resolve(
                    "." + parts.name() + "." + ProcessHandle.current().pid());
            UkiBuilder builder = new UkiBuilder(
                            parts.stub().file(), parts.kernel().kernel())
                    .initrd(parts.initrd())
                    .kernelVersion(parts.kernel().version())
                    .osRelease("ID=pullboot\nNAME=\"" + stem + "\"\nPRETTY_NAME=\"" + stem + " (generation "
                            + generation + ")\"\nVERSION_ID=" + generation + "\n");
            addProfiles(builder, parts.stub(), parts.commandLine().profiles(generation));
            PcrPolicySigner pcrSigner = options.pcrSigner();
            if (pcrSigner != null) {
                pcrSigner.publicKey().map(SectionContent::of).ifPresent(builder::pcrPublicKey);
                builder.signPcrs(pcrSigner);
            }
            builder.build(temporary);
            AuthenticodeSigner signer = options.signer();
            if (signer != null) {
                signer.sign(temporary, temporary);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        ukis.used(directory);
        ukis.tidy();
        return new BuiltFile(parts.name(), file, Artifact.Role.UKI, "application/efi");
    }

    /** What the signatures add to what decides a UKI's content. */
    private String signedBy() throws IOException {
        PcrPolicySigner pcrSigner = options.pcrSigner();
        String policies = pcrSigner == null ? "" : " policies of " + pcrSigner.identity();
        AuthenticodeSigner signer = options.signer();
        if (signer == null) {
            return policies;
        }
        try {
            byte[] certificate = signer.certificate().getEncoded();
            return " signed " + Sha256.of(Sha256.digester().digest(certificate)).hex() + policies;
        } catch (CertificateEncodingException e) {
            throw new ServeException("the certificate for Secure Boot cannot be encoded: " + e.getMessage(), e);
        }
    }

    /** A stub that knows no profiles would take the last one for the only one. */
    private static void addProfiles(UkiBuilder builder, Stub stub, List<BootProfile> profiles) {
        BootProfile first = profiles.getFirst();
        builder.commandLine(first.commandLine());
        if (!stub.knowsProfiles()) {
            return;
        }
        builder.profile(first.section());
        for (BootProfile other : profiles.subList(1, profiles.size())) {
            UkiSection line = new UkiSection(".cmdline", SectionContent.of(other.commandLine()));
            builder.joinProfile(other.section(), List.of(line));
        }
    }

    private Stub stub() throws IOException {
        Path file = options.stub();
        return file == null ? Stub.find(EfiArchitecture.ofHost()) : Stub.read(file, EfiArchitecture.ofHost());
    }

    private Path initrd(KernelTree kernel) throws IOException {
        AgentRuntime runtime = AgentRuntime.prepare(
                options.cache(),
                AgentRuntime.runningModulePath(),
                Path.of(System.getProperty("java.home")),
                this::preparing);
        String key = key(kernel, "initrd " + runtime.key() + " " + options.level());
        Path initrd = initrds.place(key + ".initrd");
        if (Files.notExists(initrd)) {
            preparing("building an initrd for kernel " + kernel.version());
            Path segments = options.cache().resolve("segments");
            Path temporary =
                    initrds.place("." + key + "." + ProcessHandle.current().pid());
            InitrdManifest manifest = InitrdBuilder.build(
                    new InitrdRequest(kernel, runtime, segments, options.level(), false, List.of()), temporary);
            for (String warning : manifest.warnings()) {
                if (warned.put(warning, manifest.sha256()) == null) {
                    events.problem(warning);
                }
            }
            Files.move(temporary, initrd, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        initrds.used(initrd);
        initrds.tidy();
        return initrd;
    }

    private BuiltFile modules(KernelTree kernel) throws IOException {
        Path archive = archives.place(key(kernel, "modules") + ".tar.zst");
        if (Files.notExists(archive)) {
            preparing("packing the modules of kernel " + kernel.version());
            Path temporary = archives.place(
                    "." + archive.getFileName() + "." + ProcessHandle.current().pid());
            ModulesArchive.write(kernel, 3, temporary);
            Files.move(temporary, archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        archives.used(archive);
        archives.tidy();
        String name = "modules-" + kernel.version() + ".tar.zst";
        return new BuiltFile(name, archive, Artifact.Role.MODULES, "application/zstd");
    }

    private void preparing(String message) {
        events.tell(new ServeEvent.Preparing(message));
    }

    /** Names a kernel by its digest and its modules by their names and sizes: reading them all would take seconds. */
    private String key(KernelTree kernel, String purpose) throws IOException {
        MessageDigest digester = Sha256.digester();
        List<String> lines = new ArrayList<>();
        lines.add(purpose);
        lines.add(kernel.version());
        lines.add(digest(kernel.kernel()).digest().hex());
        try (Stream<Path> walk = Files.walk(kernel.modules())) {
            for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
                lines.add(kernel.modules().relativize(file) + " " + Files.size(file));
            }
        }
        digester.update(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        return Sha256.of(digester.digest()).hex().substring(0, 32);
    }

    private Measure digest(Path file) throws IOException {
        Candidate candidate = new Candidate(
                String.valueOf(file.getFileName()), file, Compression.NONE, new ImageKind.Unknown("a part"), false);
        try (FileHandle handle = FileHandle.open(file)) {
            return measures.measure(candidate, handle, false);
        }
    }
}
