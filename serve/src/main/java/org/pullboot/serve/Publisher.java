package org.pullboot.serve;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pullboot.fleet.Artifact;
import org.pullboot.fleet.Draft;
import org.pullboot.fleet.FileChangedException;
import org.pullboot.fleet.FileIdentity;
import org.pullboot.fleet.Fleet;
import org.pullboot.fleet.Generation;
import org.pullboot.fleet.GenerationId;
import org.pullboot.image.Compression;
import org.pullboot.image.ImageKind;
import org.pullboot.image.ImageProbe;
import org.pullboot.image.Sha256;
import org.pullboot.linux.FileHandle;
import org.pullboot.oci.LocalPlace;

/**
 * Makes a generation of what a source holds now: looks into the files, measures them, builds what is missing, publishes
 * all of it at once. One thread at a time.
 */
final class Publisher {
    /** What is not still after so many looks is written all the time. */
    private static final int ATTEMPTS = 5;

    private final Fleet fleet;
    private final MeasureCache measures;
    private final UkiFactory ukis;
    private final ListSignatures signatures;
    private final ContainerImages containers;
    private final @Nullable BaseStore bases;
    private final Events events;

    /**
     * @param bases where images that are served as disks are made ready for that; null when none are
     */
    Publisher(
            Fleet fleet,
            MeasureCache measures,
            UkiFactory ukis,
            ListSignatures signatures,
            ContainerImages containers,
            @Nullable BaseStore bases,
            Events events) {
        this.fleet = fleet;
        this.measures = measures;
        this.ukis = ukis;
        this.signatures = signatures;
        this.containers = containers;
        this.bases = bases;
        this.events = events;
    }

    /**
     * Publishes a source as it is now.
     *
     * @throws IOException when nothing in it can be booted, or something could not be built; what was published before
     *     stays
     */
    Generation publish(Source source) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return publishNow(source);
            } catch (FileChangedException | UnsteadyFileException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                events.tell(new ServeEvent.Preparing(source.name() + " is still being written: looking again"));
            }
        }
    }

    private Generation publishNow(Source source) throws IOException {
        List<String> problems = new ArrayList<>();
        List<Candidate> candidates = unpacked(source.scan(bases != null, problems::add), problems);
        if (source.directory() == null && !problems.isEmpty()) {
            throw new ServeException(problems.getFirst());
        }
        problems.forEach(events::problem);
        boolean ready = candidates.stream().anyMatch(Candidate::uki);
        List<Candidate> lacking = ready
                ? List.of()
                : candidates.stream().filter(c -> c.bootable() && !c.alias()).toList();
        if (!ready && lacking.isEmpty()) {
            throw new ServeException("there is nothing to boot in " + source.name()
                    + ": put a raw image, a tar archive of a system or a UKI there");
        }
        Map<String, Draft.File> files = new LinkedHashMap<>();
        try {
            return publish(source, candidates, lacking, files);
        } catch (IOException | RuntimeException e) {
            for (Draft.File file : files.values()) {
                file.handle().close();
            }
            throw e;
        }
    }

    private Generation publish(
            Source source, List<Candidate> candidates, List<Candidate> lacking, Map<String, Draft.File> files)
            throws IOException {
        Map<String, Measure> measured = new HashMap<>();
        for (Candidate candidate : candidates) {
            FileHandle handle = FileHandle.open(candidate.path());
            Measure measure = measure(candidate, handle, lacking.contains(candidate));
            measured.put(candidate.name(), measure);
            files.put(candidate.name(), file(candidate, measure, handle));
            if (bases != null && candidate.bootable() && !candidate.tar()) {
                bases.prepare(
                        handle,
                        measure.digest(),
                        candidate.compression(),
                        candidate.name(),
                        () -> events.tell(
                                new ServeEvent.Preparing("unpacking " + candidate.name() + " to serve it as a disk")));
            }
        }
        List<UkiFactory.Parts> parts = parts(lacking, measured, files.keySet());
        GenerationId id = id(files, parts);
        for (UkiFactory.Parts each : parts) {
            add(files, ukis.build(each, id));
            BuiltFile modules = each.modules();
            if (modules != null && !files.containsKey(modules.name())) {
                add(files, modules);
            }
        }
        Draft draft = new Draft(id, source.name(), List.copyOf(files.values()));
        signatures.prepare(draft);
        files.clear();
        Generation generation = fleet.publish(draft);
        if (bases != null) {
            bases.published();
        }
        return generation;
    }

    /** The same, with the raw images that those of QEMU become, and the archives that container images become. */
    private List<Candidate> unpacked(List<Candidate> candidates, List<String> problems) throws IOException {
        List<Candidate> all = new ArrayList<>();
        for (Candidate candidate : candidates) {
            String problem;
            try {
                LocalPlace container = candidate.container();
                if (container != null) {
                    all.add(containers.flattened(candidate, container));
                    continue;
                }
                if (bases == null || !candidate.qemu()) {
                    all.add(candidate);
                    continue;
                }
                Candidate inside = unpacked(candidate, bases);
                if (inside.bootable()) {
                    all.add(inside);
                    continue;
                }
                problem = "it is a qcow2 image of " + inside.kind().describe() + ", which is no disk to boot from";
            } catch (FileChangedException | UnsteadyFileException e) {
                throw e;
            } catch (IOException e) {
                problem = String.valueOf(e.getMessage());
            }
            problems.add(candidate.path() + " is not served: " + problem);
        }
        return all;
    }

    private Candidate unpacked(Candidate image, BaseStore store) throws IOException {
        FileHandle handle = FileHandle.open(image.path());
        FileIdentity before = FileIdentity.of(handle.status());
        Measure measure = measure(image, handle, false);
        handle.close();
        Path raw = store.unpack(
                image.path(),
                before,
                measure.digest(),
                image.name(),
                () -> events.tell(new ServeEvent.Preparing("unpacking " + image.name() + " to serve it as a disk")));
        return new Candidate(
                image.name(),
                image.path(),
                image.compression(),
                ImageProbe.probe(raw).kind(),
                image.alias(),
                raw,
                null);
    }

    private Measure measure(Candidate candidate, FileHandle handle, boolean unpack) throws IOException {
        try {
            return measures.measure(candidate, handle, unpack);
        } catch (UnsteadyFileException e) {
            handle.close();
            throw e;
        } catch (IOException e) {
            handle.close();
            throw new ServeException(candidate.path() + " cannot be served: " + e.getMessage(), e);
        }
    }

    private List<UkiFactory.Parts> parts(List<Candidate> lacking, Map<String, Measure> measured, Set<String> taken)
            throws IOException {
        Map<String, UkiFactory.Parts> parts = new LinkedHashMap<>();
        for (Candidate image : lacking) {
            if (!ServedName.plainWord(image.name())) {
                throw new ServeException("the name '" + image.name()
                        + "' cannot stand in a kernel command line: rename it, to letters, digits, dots and dashes");
            }
            Measure measure = measured.get(image.name());
            String uki = ServedName.stem(image.name()) + ".efi";
            if (taken.contains(uki) || parts.containsKey(uki)) {
                events.problem(image.path() + " has no UKI, since " + uki
                        + " is another's: rename the image, or serve it alone");
            } else if (measure != null) {
                parts.put(uki, ukis.parts(image, measure));
            }
        }
        return List.copyOf(parts.values());
    }

    private static GenerationId id(Map<String, Draft.File> files, List<UkiFactory.Parts> parts) {
        Map<String, Sha256> digests = new TreeMap<>();
        files.forEach((name, file) -> digests.put(name, file.digest()));
        StringBuilder inputs = new StringBuilder();
        parts.forEach(each -> inputs.append(each.inputs()));
        return GenerationId.of(digests, inputs.toString());
    }

    private static Draft.File file(Candidate candidate, Measure measure, FileHandle handle) throws IOException {
        return new Draft.File(
                candidate.name(),
                candidate.role(),
                candidate.mediaType(),
                measure.digest(),
                FileIdentity.of(handle.status()),
                handle,
                candidate.path());
    }

    private void add(Map<String, Draft.File> files, BuiltFile built) throws IOException {
        Path path = built.path();
        Candidate candidate =
                new Candidate(built.name(), path, Compression.NONE, new ImageKind.Unknown("a part"), false);
        FileHandle handle = FileHandle.open(path);
        Measure measure = measure(candidate, handle, false);
        Artifact.Role role = built.role();
        files.put(
                built.name(),
                new Draft.File(
                        built.name(),
                        role,
                        built.mediaType(),
                        measure.digest(),
                        FileIdentity.of(handle.status()),
                        handle,
                        path));
    }
}
