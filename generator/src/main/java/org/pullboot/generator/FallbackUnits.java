package org.pullboot.generator;

import java.io.IOException;

/**
 * The units of upstream's that the generated ones refer to, for a systemd that has none of them (they came in version
 * 258). They go to the directory that every other one takes precedence over, so that an update of systemd needs no
 * other of us.
 */
final class FallbackUnits {
    private static final String IMPORTS = "imports.target";
    private static final String IMPORTS_PRE = "imports-pre.target";
    private static final String LOOP = "systemd-loop@.service";

    private final SystemUnits system;
    private final UnitFiles late;

    FallbackUnits(SystemUnits system, UnitFiles late) {
        this.system = system;
        this.late = late;
    }

    /** Writes those that are missing. */
    void write(boolean attaches, String loopCommand) throws IOException {
        if (!system.has(IMPORTS)) {
            imports();
        }
        if (!system.has(IMPORTS_PRE)) {
            late.unit(
                    IMPORTS_PRE,
                    new UnitText()
                            .section("Unit")
                            .set("Description", "Image Downloads (Pre)")
                            .set("Documentation", "man:systemd.special(7)")
                            .set("Before", IMPORTS)
                            .set("RefuseManualStart", "yes")
                            .toString());
        }
        if (attaches && !system.has(LOOP)) {
            late.unit(LOOP, loop(loopCommand));
        }
    }

    private void imports() throws IOException {
        UnitText unit = new UnitText()
                .section("Unit")
                .set("Description", "Image Downloads")
                .set("Documentation", "man:systemd.special(7)");
        if (system.networkIsLate()) {
            unit.set("DefaultDependencies", "no")
                    .set("Conflicts", "shutdown.target")
                    .set("Before", "machines.target multi-user.target shutdown.target");
            late.wants("multi-user.target", IMPORTS);
        } else {
            late.wants("sysinit.target", IMPORTS);
        }
        late.unit(IMPORTS, unit.toString());
    }

    private static String loop(String command) {
        return new UnitText()
                .section("Unit")
                .set("Description", "Attach File %f to Loopback Block Device")
                .set("Documentation", "man:pullboot-generator(1)")
                .set("DefaultDependencies", "no")
                .set("RequiresMountsFor", "%f")
                .set("IgnoreOnIsolate", "yes")
                .set("Wants", "modprobe@loop.service")
                .set("After", "modprobe@loop.service")
                .section("Service")
                .set("Type", "oneshot")
                .set("RemainAfterExit", "yes")
                .set("TimeoutSec", "infinity")
                .set("ExecStart", command + " attach %f")
                .set("ExecStop", command + " detach %f")
                .toString();
    }
}
