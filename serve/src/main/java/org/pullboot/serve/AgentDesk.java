package org.pullboot.serve;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pullboot.fleet.Boot;
import org.pullboot.fleet.Fleet;
import org.pullboot.fleet.GenerationId;
import org.pullboot.fleet.MachineName;
import org.pullboot.fleet.StageReport;
import org.pullboot.pull.BootEvent;
import org.pullboot.pull.BootPlan;
import org.pullboot.pull.NvmePlan;
import org.pullboot.pull.PullException;
import org.pullboot.pull.RootMode;

/** Answers the agent: its plan, and its events. Writes to the state, so it is not asked from an event loop. */
final class AgentDesk {
    private final Fleet fleet;
    private final @Nullable DiskServer disks;
    private final Events events;

    AgentDesk(Fleet fleet, @Nullable DiskServer disks, Events events) {
        this.fleet = fleet;
        this.disks = disks;
        this.events = events;
    }

    Reply plan(Target.Plan target, String address) {
        String generation = RequestPath.parameter(target.query(), "generation");
        if (generation != null && !GenerationId.isId(generation)) {
            return Reply.sentence(
                    HttpResponseStatus.NOT_FOUND, "A generation is named by 16 lower-case hexadecimal digits.");
        }
        MachineName machine = MachineName.of(
                RequestPath.parameter(target.query(), "machine"), RequestPath.parameter(target.query(), "mac"));
        GenerationId id = generation == null ? null : new GenerationId(generation);
        Optional<Boot> boot = fleet.plan(address, id, machine);
        if (boot.isEmpty()) {
            return Reply.sentence(HttpResponseStatus.NOT_FOUND, "There is no plan for this boot.");
        }
        // The UKI says which root modes it allows and which one it would rather have; there is nothing to choose for
        // it.
        BootPlan plan = new BootPlan(
                boot.get().id(),
                boot.get().generation().hex(),
                disks == null ? RootMode.RAM.word() : null,
                List.of(),
                disks == null ? NvmePlan.NONE : disks.plan(boot.get()));
        return Reply.text(plan.text());
    }

    Reply events(byte[] body, String address) {
        List<BootEvent> reported;
        try {
            reported = BootEvent.parse(body);
        } catch (PullException e) {
            return Reply.sentence(HttpResponseStatus.BAD_REQUEST, e.getMessage() + ".");
        }
        for (BootEvent event : reported) {
            fleet.report(new StageReport(
                            event.boot(),
                            MachineName.of(event.machine(), event.mac()),
                            address,
                            event.stage().word(),
                            event.millis(),
                            event.message()))
                    .ifPresent(boot -> tell(
                            boot, event.stage().word(), event.name(), event.bytes(), event.total(), event.message()));
        }
        return Reply.noContent();
    }

    private void tell(
            Boot boot, String stage, @Nullable String name, long bytes, long total, @Nullable String message) {
        events.tell(new ServeEvent.BootStage(
                boot.id(),
                boot.generation().hex(),
                boot.machine(),
                boot.address(),
                stage,
                name,
                bytes,
                total,
                -1,
                message));
    }
}
