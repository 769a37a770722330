package org.pullboot.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The boots under way: which one a request belongs to. Memory only; guarded by the fleet's lock.
 *
 * <p>A request of firmware, or of a UKI that the server did not build, tells no more than its address. So the newest
 * boot of an address has it, until the next power-on starts there, or a time of silence. A client that says of which
 * bytes it has a part already (an entity tag) belongs to the boot that has these bytes, though a newer one may have
 * started at its address: two machines behind one router.
 */
final class BootRegistry {
    private final FleetLimits limits;
    private final Map<String, ActiveBoot> byId = new LinkedHashMap<>();
    private final Map<String, List<ActiveBoot>> byAddress = new HashMap<>();

    BootRegistry(FleetLimits limits) {
        this.limits = limits;
    }

    void add(ActiveBoot boot) {
        byId.put(boot.id, boot);
        byAddress.computeIfAbsent(boot.address, address -> new ArrayList<>()).add(boot);
    }

    Optional<ActiveBoot> byId(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    List<ActiveBoot> all() {
        return List.copyOf(byId.values());
    }

    /** The boots of an address that are not silent for too long, newest first. */
    List<ActiveBoot> at(String address, Instant now) {
        return byAddress.getOrDefault(address, List.of()).reversed().stream()
                .filter(boot -> !expired(boot, now))
                .toList();
    }

    /** The newest boot of an address that satisfies this. */
    Optional<ActiveBoot> newest(String address, Instant now, Predicate<ActiveBoot> which) {
        return at(address, now).stream().filter(which).findFirst();
    }

    /** Whether a boot is over: silent for too long, or its image runs. */
    boolean expired(ActiveBoot boot, Instant now) {
        if (boot.phase == ActiveBoot.Phase.OVER) {
            return true;
        }
        Duration keep = boot.handedOver() ? limits.afterSwitch() : limits.bootIdle();
        return boot.transfers == 0 && boot.lastSeen.plus(keep).isBefore(now);
    }

    /**
     * The boot that a plan is asked for: one of this address that no other machine has, of the named generation.
     *
     * <p>A boot that no machine has yet and whose UKI was fetched comes first, the oldest of them: machines ask in the
     * order in which they got their UKI. A machine that asks again has the one it had.
     */
    Optional<ActiveBoot> forPlan(String address, Instant now, Predicate<ActiveBoot> which, Optional<String> machine) {
        List<ActiveBoot> candidates = at(address, now).reversed().stream()
                .filter(boot -> !boot.handedOver())
                .filter(which)
                .toList();
        Optional<ActiveBoot> fetched = candidates.stream()
                .filter(boot -> boot.machine == null && boot.phase == ActiveBoot.Phase.RUN)
                .findFirst();
        Optional<ActiveBoot> own = candidates.stream()
                .filter(boot -> boot.machine != null
                        && machine.filter(boot.machine::equals).isPresent())
                .reduce((older, newer) -> newer);
        Optional<ActiveBoot> unnamed =
                candidates.stream().filter(boot -> boot.machine == null).reduce((older, newer) -> newer);
        return fetched.or(() -> own).or(() -> unnamed);
    }

    /** Forgets the boots that are over, and the most silent ones beyond the limit; gives them back. */
    List<ActiveBoot> removeExpired(Instant now) {
        List<ActiveBoot> over = new ArrayList<>(
                byId.values().stream().filter(boot -> expired(boot, now)).toList());
        byId.values().stream()
                .filter(boot -> !over.contains(boot) && boot.transfers == 0)
                .sorted((a, b) -> a.lastSeen.compareTo(b.lastSeen))
                .limit(Math.max(0, byId.size() - over.size() - limits.activeBoots()))
                .forEach(over::add);
        over.forEach(this::remove);
        return over;
    }

    private void remove(ActiveBoot boot) {
        byId.remove(boot.id);
        byAddress.computeIfPresent(boot.address, (address, boots) -> {
            boots.remove(boot);
            return boots.isEmpty() ? null : boots;
        });
    }
}
