package org.pullboot.serve;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.ImageException;
import org.pullboot.image.ImageKind;
import org.pullboot.image.ImageProbe;
import org.pullboot.oci.LocalImages;

/**
 * Where generations come from: a directory, or files that were named one by one. Every change gives a generation of all
 * of it.
 *
 * @param name the same at every start: the directory, or the first file
 * @param directory the directory; null when files were named
 * @param files the files that were named; empty for a directory
 * @param containers the container images that were named, by the file that is watched, which is one of those
 */
record Source(String name, @Nullable Path directory, List<Path> files, Map<Path, ContainerSource> containers) {
    Source {
        files = List.copyOf(files);
        containers = Map.copyOf(containers);
    }

    /**
     * The sources that these paths are: each directory is one, all files together are one.
     *
     * @throws ServeException when one is not there, or two files have the same name
     */
    static List<Source> of(List<Path> paths) throws IOException {
        List<Source> sources = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Map<Path, ContainerSource> containers = new LinkedHashMap<>();
        for (Path given : paths) {
            Path path = given.toAbsolutePath().normalize();
            Optional<ContainerSource> container = ContainerSource.of(given);
            if (container.isPresent()) {
                ContainerSource image = container.get();
                ContainerSource other = containers.put(image.watched(), image);
                if (!names.add(image.name()) || other != null) {
                    throw new ServeException("two images are named " + image.name()
                            + ", or are of one layout: serve them apart, or rename one of them");
                }
                files.add(image.watched());
            } else if (Files.isDirectory(path)) {
                Path real = path.toRealPath();
                sources.add(new Source(real.toString(), real, List.of(), Map.of()));
            } else if (!Files.exists(path)) {
                throw new ServeException("there is no " + given + ": name a directory, an image or a UKI");
            } else if (!Files.isRegularFile(path)) {
                throw new ServeException(
                        given + " is neither a file nor a directory: name an image, a UKI or a directory");
            } else if (!names.add(fileName(path))) {
                throw new ServeException("two files are named " + fileName(path)
                        + ", but what is served lies in one directory: rename one of them");
            } else {
                files.add(parent(path).toRealPath().resolve(fileName(path)));
            }
        }
        if (!files.isEmpty()) {
            sources.add(new Source(files.getFirst().toString(), null, files, containers));
        }
        return sources.stream().distinct().toList();
    }

    private static String fileName(Path path) {
        return String.valueOf(path.getFileName());
    }

    /** The directories in which a change of a file is a change of this source; real ones, links followed. */
    Set<Path> watched() throws IOException {
        Set<Path> directories = new HashSet<>();
        for (Path path : present()) {
            directories.add(parent(path));
            directories.add(parent(path.toRealPath()));
        }
        directories.addAll(files.stream().map(Source::parent).toList());
        if (directory != null) {
            directories.add(directory);
        }
        return directories;
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        return parent == null ? Path.of("/") : parent;
    }

    /** Where the file of this name lies; empty for what was built. */
    Optional<Path> path(String file) {
        if (directory != null) {
            return Optional.of(directory.resolve(file));
        }
        return files.stream().filter(path -> fileName(path).equals(file)).findFirst();
    }

    /** The files there are now that may be served, by name. */
    List<Path> present() throws IOException {
        List<Path> found = new ArrayList<>();
        if (directory == null) {
            files.stream().filter(Files::isRegularFile).forEach(found::add);
        } else if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                for (Path entry : entries) {
                    if (ServedName.skipped(fileName(entry))) {
                        continue;
                    }
                    if (Files.isRegularFile(entry)) {
                        found.add(entry);
                    } else if (LocalImages.isLayout(entry)) {
                        found.add(entry.resolve("index.json"));
                    }
                }
            }
        }
        found.sort(Comparator.comparing(Source::fileName));
        return found;
    }

    /**
     * Looks into the files there are now.
     *
     * @param disks whether images are served as disks, so that those of QEMU will do
     * @param problems told, a sentence each, what is not served and why
     */
    List<Candidate> scan(boolean disks, Consumer<String> problems) throws IOException {
        Map<Path, Candidate> byPlace = new LinkedHashMap<>();
        List<Candidate> aliases = new ArrayList<>();
        for (Path path : present()) {
            @Nullable ContainerSource named = containers.get(path);
            if (named != null) {
                byPlace.put(path, Candidate.of(named));
                continue;
            }
            ImageProbe probe;
            try {
                probe = ImageProbe.probe(path);
            } catch (ImageException e) {
                problems.accept(path + " is not served: " + e.getMessage());
                continue;
            }
            Optional<ContainerSource> container =
                    ContainerSource.found(path, probe.kind(), directory == null ? parent(path) : directory);
            if (container.isPresent()) {
                byPlace.put(path, Candidate.of(container.get()));
                continue;
            }
            Path real = path.toRealPath();
            Candidate candidate =
                    new Candidate(fileName(path), path, probe.compression(), probe.kind(), !real.equals(path));
            if (!(disks && candidate.qemu()) && refused(candidate, problems)) {
                continue;
            }
            if (candidate.alias()) {
                aliases.add(candidate);
            } else {
                byPlace.put(real, candidate);
            }
        }
        List<Candidate> all = new ArrayList<>(byPlace.values());
        for (Candidate alias : aliases) {
            // A link to a file elsewhere is that file; a link to one that is served already is a second name of it.
            boolean second = byPlace.containsKey(alias.path().toRealPath());
            all.add(new Candidate(alias.name(), alias.path(), alias.compression(), alias.kind(), second));
        }
        all.sort(Comparator.comparing(Candidate::name));
        return all;
    }

    private boolean refused(Candidate candidate, Consumer<String> problems) {
        boolean named = directory == null;
        String what = candidate.kind().describe();
        String reason = switch (candidate.kind()) {
            case ImageKind.Empty _ -> "an empty file: build it again";
            case ImageKind.Qcow2 _ ->
                what
                        + (candidate.qemu()
                                ? ", which can be served as a disk only: serve it with --root nvme, or convert it with"
                                        + " qemu-img convert -O raw"
                                : " that is compressed as a whole: decompress it");
            case ImageKind.Pe(boolean uki)
            when !uki && (named || ServedName.efi(candidate.name())) ->
                what + ": name a UKI, or the image to build one for";
            case ImageKind.MbrDisk _ ->
                what + ": give it a GUID partition table (sgdisk --mbrtogpt), or serve its root file system";
            case ImageKind.Unknown _, ImageKind.Cpio _
            when named -> what + ": name a raw image, a tar archive or a UKI";
            case ImageKind.BareFileSystem _
            when named && !candidate.bootable() ->
                what + ", which holds no system: name a raw image, a tar archive or a UKI";
            case ImageKind.GptDisk _,
                    ImageKind.Tar _,
                    ImageKind.Pe _,
                    ImageKind.BareFileSystem _,
                    ImageKind.Cpio _,
                    ImageKind.Unknown _ -> "";
        };
        if (!reason.isEmpty()) {
            problems.accept(candidate.path() + " is not served: it is " + reason);
        }
        return !reason.isEmpty();
    }
}
