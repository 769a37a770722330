package org.pullboot.fleet;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Starts boots, follows them and ends them. Guarded by the fleet's lock. */
final class BootKeeper {
    private static final Duration SEEN_EVERY = Duration.ofSeconds(10);
    private static final int BOOT_ID_BYTES = 9;
    private static final int MAX_MESSAGE = 1024;

    private final FleetLimits limits;
    private final BootRegistry boots;
    private final BootLog log;
    private final SecureRandom random = new SecureRandom();

    BootKeeper(FleetLimits limits, BootRegistry boots, BootLog log) {
        this.limits = limits;
        this.boots = boots;
        this.log = log;
    }

    /**
     * The boot that a visit for a plain name belongs to: the one that has the bytes which the visitor has a part of, else
     * the newest one of its address.
     *
     * @param has whether a generation has the name with an entity tag
     */
    Optional<ActiveBoot> of(Visit visit, Instant now, Predicate<GenerationId> has) {
        Optional<ActiveBoot> holder = visit.entityTag() == null
                ? Optional.empty()
                : boots.newest(visit.address(), now, boot -> has.test(boot.generation));
        return holder.or(() -> boots.newest(visit.address(), now, boot -> true));
    }

    /** The newest boot of an address that is pinned to this generation. */
    Optional<ActiveBoot> of(String address, GenerationId generation, Instant now) {
        return boots.newest(address, now, boot -> boot.generation.equals(generation));
    }

    /** Whether firmware that asks for a UKI goes on with this boot; else it begins another. */
    boolean continues(ActiveBoot boot, Visit visit, String name, Instant now) {
        return boot.continuedBy(visit, name, boot.started.plus(limits.headGrace()), now);
    }

    /**
     * Starts a boot.
     *
     * @param uki what its firmware fetches; null when it comes without firmware's visit
     * @return empty when the address has too many boots already
     */
    Optional<ActiveBoot> start(String address, Generation generation, @Nullable String uki, Instant now) {
        if (boots.at(address, now).size() >= limits.bootsPerAddress()) {
            return Optional.empty();
        }
        byte[] id = new byte[BOOT_ID_BYTES];
        random.nextBytes(id);
        ActiveBoot boot = new ActiveBoot(
                HexFormat.of().formatHex(id),
                generation.id(),
                generation.source(),
                address,
                now.truncatedTo(ChronoUnit.MILLIS));
        boot.uki = uki;
        boot.phase = uki == null ? ActiveBoot.Phase.RUN : ActiveBoot.Phase.HEAD;
        boots.add(boot);
        log.write(boot);
        log.write(boot, new BootStage(Boot.FIRMWARE, boot.started, -1, null));
        return Optional.of(boot);
    }

    /** A boot gets an artifact of its generation. */
    Boot reads(ActiveBoot boot, Artifact artifact, Visit visit, Instant now) {
        boot.transfers++;
        boot.lastSeen = now;
        if (!visit.head() && artifact.name().equals(boot.uki) && boot.phase == ActiveBoot.Phase.HEAD) {
            boot.phase = ActiveBoot.Phase.FETCH;
            log.write(boot);
        } else if (!visit.head() && artifact.role() == Artifact.Role.IMAGE && boot.stage.equals(Boot.FIRMWARE)) {
            // Not our agent, which tells its stages before it downloads: systemd tells nothing.
            boot.stage = Boot.DOWNLOAD;
            log.write(boot);
            log.write(boot, new BootStage(Boot.DOWNLOAD, now, -1, null));
        } else if (boot.written.plus(SEEN_EVERY).isBefore(now)) {
            boot.written = now;
            log.write(boot);
        }
        return boot.view();
    }

    /** The reader got the artifact's last byte. */
    void delivered(Boot reader, Artifact artifact) {
        boots.byId(reader.id()).ifPresent(boot -> {
            if (artifact.name().equals(boot.uki) && boot.phase == ActiveBoot.Phase.FETCH) {
                boot.phase = ActiveBoot.Phase.RUN;
                log.write(boot);
            }
        });
    }

    /** The reader is done. */
    void letGo(Boot reader, Instant now) {
        boots.byId(reader.id()).ifPresent(boot -> {
            boot.transfers--;
            boot.lastSeen = now;
        });
    }

    /**
     * The boot that asks for its plan, if its firmware started one.
     *
     * @param which generations it may have
     */
    Optional<ActiveBoot> forPlan(String address, Predicate<GenerationId> which, MachineName machine, Instant now) {
        return boots.forPlan(address, now, boot -> which.test(boot.generation), Optional.ofNullable(machine.id()));
    }

    /** The machine has its plan: its firmware's work is done. */
    Boot planned(ActiveBoot boot, MachineName machine, Instant now) {
        attach(boot, machine, now);
        boot.phase = ActiveBoot.Phase.RUN;
        boot.lastSeen = now;
        log.write(boot);
        return boot.view();
    }

    /** A machine has one boot at a time. */
    private void attach(ActiveBoot boot, MachineName machine, Instant now) {
        String id = machine.id();
        if (id == null) {
            return;
        }
        log.write(machine, id, boot.address, now);
        boot.machine = id;
        for (ActiveBoot other : boots.all()) {
            if (other != boot && id.equals(other.machine) && other.phase != ActiveBoot.Phase.OVER) {
                other.phase = ActiveBoot.Phase.OVER;
                log.write(other);
            }
        }
    }

    Optional<Boot> report(StageReport report, Instant now) {
        String id = report.machine().id();
        Optional<ActiveBoot> boot = report.boot() == null
                ? boots.newest(report.address(), now, b -> id == null || b.machine == null || id.equals(b.machine))
                : boots.byId(report.boot());
        boot.ifPresent(b -> take(report, b, now));
        return boot.map(ActiveBoot::view);
    }

    private void take(StageReport report, ActiveBoot boot, Instant now) {
        if (boot.machine == null) {
            attach(boot, report.machine(), now);
        }
        String message = report.message();
        if (message != null) {
            boot.message = message.substring(0, Math.min(message.length(), MAX_MESSAGE));
        }
        boot.lastSeen = now;
        if (!boot.stage.equals(report.stage()) || message != null) {
            boot.stage = report.stage();
            log.write(boot);
            log.write(boot, new BootStage(boot.stage, now, report.millis(), boot.message));
        }
    }

    /** The boots under way, oldest first. */
    List<ActiveBoot> active(Instant now) {
        return boots.all().stream().filter(boot -> !boots.expired(boot, now)).toList();
    }

    /** Forgets the boots that are over. */
    void removeExpired(Instant now) {
        boots.removeExpired(now).forEach(boot -> {
            boot.phase = ActiveBoot.Phase.OVER;
            log.write(boot);
        });
    }

    /** Writes down when each boot was last seen. */
    void writeAll() {
        boots.all().forEach(log::write);
    }
}
