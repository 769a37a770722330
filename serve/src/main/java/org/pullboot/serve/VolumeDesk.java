package org.pullboot.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.pullboot.fleet.Fleet;
import org.pullboot.fleet.VolumeRecord;
import org.pullboot.fleet.VolumeRecord.Base;
import org.pullboot.volume.QemuImage;
import org.pullboot.volume.Volume;

/** Carries out the commands of {@link VolumeAdmin}, in a server or without one. Safe for use from several threads. */
final class VolumeDesk {
    private final Fleet fleet;
    private final BaseStore bases;
    private final OpenVolumes volumes;

    VolumeDesk(Fleet fleet, BaseStore bases, OpenVolumes volumes) {
        this.fleet = fleet;
        this.bases = bases;
        this.volumes = volumes;
    }

    /**
     * Runs a command.
     *
     * @return its answer, line by line
     * @throws IOException when it cannot be done; the message says why
     */
    List<List<String>> run(List<String> words) throws IOException {
        String command = words.getFirst();
        if (command.equals("list")) {
            return list();
        }
        if (words.size() < 2) {
            throw new ServeException("the admin socket's command '" + command + "' lacks a volume");
        }
        VolumeRecord volume = record(words.get(1));
        String argument = words.size() > 2 ? words.get(2) : "";
        return switch (command) {
            case "snapshot" ->
                volumes.with(volume, open -> {
                    open.snapshot(argument);
                    return List.of();
                });
            case "delete-snapshot" ->
                idle(
                        volume,
                        () -> volumes.with(volume, open -> {
                            open.deleteSnapshot(argument);
                            return List.of();
                        }));
            case "rollback" ->
                idle(
                        volume,
                        () -> volumes.with(volume, open -> {
                            open.rollback(argument);
                            return List.of();
                        }));
            case "reset" -> idle(volume, () -> reset(volume));
            case "promote" ->
                volumes.with(volume, open -> {
                    copy(volume, open, Path.of(argument));
                    return List.of();
                });
            case "export" ->
                volumes.with(volume, open -> {
                    export(volume, open, Path.of(argument));
                    return List.of();
                });
            case "delete" ->
                idle(volume, () -> {
                    fleet.forget(volume);
                    volumes.delete(volume.id());
                    return List.of();
                });
            case "check" ->
                volumes.with(
                        volume,
                        open -> open.check().stream()
                                .map(finding -> List.of(finding.file() + ": " + finding.message()))
                                .toList());
            default -> throw new ServeException("the admin socket knows no command '" + command + "'");
        };
    }

    private VolumeRecord record(String id) throws ServeException {
        return fleet.volume(id)
                .orElseThrow(() -> new ServeException(
                        "there is no volume " + id + ": pullboot volume list shows those that there are"));
    }

    private interface Work {
        List<List<String>> run() throws IOException;
    }

    /** What changes the content of a disk under a running system would destroy its file system. */
    private List<List<String>> idle(VolumeRecord volume, Work work) throws IOException {
        Optional<Instant> since = volumes.connectedSince(volume.id());
        if (since.isPresent()) {
            throw new ServeException("the volume " + volume.id() + " is in use by " + HostName.shown(volume.host())
                    + " since " + since.get() + ": shut that machine down first");
        }
        return work.run();
    }

    /** Copies what a volume holds; when its machine runs, what it held at one instant, as after a power cut. */
    private void copy(VolumeRecord volume, Volume open, Path out) throws IOException {
        if (volumes.connectedSince(volume.id()).isEmpty()) {
            open.export(out);
            return;
        }
        String name = "copy-" + UUID.randomUUID();
        open.snapshot(name);
        try {
            open.exportSnapshot(name, out);
        } finally {
            open.deleteSnapshot(name);
        }
    }

    private void export(VolumeRecord volume, Volume open, Path out) throws IOException {
        if (!out.toString().endsWith(".qcow2")) {
            copy(volume, open, out);
            return;
        }
        Path raw = out.resolveSibling("." + out.getFileName() + ".raw");
        try {
            copy(volume, open, raw);
            QemuImage.ofRaw(raw, out);
        } finally {
            Files.deleteIfExists(raw);
        }
    }

    private List<List<String>> reset(VolumeRecord volume) throws IOException {
        Base newest = bases.base(volume.subsystem(), fleet.newest().stream()).orElse(volume.base());
        if (volume.base() == null || newest == null || newest.equals(volume.base())) {
            return volumes.with(volume, open -> {
                open.reset();
                return List.of();
            });
        }
        VolumeRecord next = volume.over(newest);
        volumes.replace(volume, next);
        fleet.keep(next, true);
        return List.of();
    }

    private List<List<String>> list() throws IOException {
        List<List<String>> rows = new ArrayList<>();
        for (VolumeRecord volume : fleet.volumes()) {
            rows.add(volumes.with(volume, open -> {
                Base base = volume.base();
                return List.of(
                        volume.id(),
                        volume.purpose().name().toLowerCase(Locale.ROOT),
                        volume.lifetime().name().toLowerCase(Locale.ROOT),
                        HostName.shown(volume.host()),
                        volume.subsystem(),
                        base == null ? "" : base.image(),
                        base == null ? "" : base.generation().hex(),
                        String.valueOf(open.size()),
                        String.valueOf(open.bytesInOverlay()),
                        String.join(
                                ",",
                                open.snapshots().stream().map(s -> s.name()).toList()),
                        volume.created().toString(),
                        VolumeAdmin.word(volumes.connectedSince(volume.id()).orElse(null)));
            }));
        }
        return rows;
    }

    /** A row of the list. */
    static VolumeInfo info(List<String> row) {
        return new VolumeInfo(
                row.get(0),
                row.get(1),
                row.get(2),
                row.get(3),
                row.get(4),
                row.get(5).isEmpty() ? null : row.get(5),
                row.get(6).isEmpty() ? null : row.get(6),
                Long.parseLong(row.get(7)),
                Long.parseLong(row.get(8)),
                row.get(9).isEmpty() ? List.of() : Arrays.asList(row.get(9).split(",", -1)),
                Instant.parse(row.get(10)),
                row.get(11).isEmpty() ? null : Instant.parse(row.get(11)));
    }
}
