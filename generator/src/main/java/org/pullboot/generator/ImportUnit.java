package org.pullboot.generator;

import java.nio.file.Path;
import org.pullboot.pull.ImageClass;
import org.pullboot.pull.PullExpression;

/**
 * The unit that pulls one image. It has the name, the place in the boot and the parameters that
 * systemd-import-generator(8) gives it; docs/SYSTEMD.md lists what is different and why.
 */
final class ImportUnit {
    /** What systemd-importd(8) may do, and no more: files of any owner, device nodes, attributes, mounts. */
    private static final String CAPABILITIES = "CAP_CHOWN CAP_FOWNER CAP_FSETID CAP_MKNOD CAP_SETFCAP CAP_SYS_ADMIN"
            + " CAP_SETPCAP CAP_DAC_OVERRIDE CAP_LINUX_IMMUTABLE";

    private final Transfer transfer;
    private final SystemUnits system;
    private final boolean initrd;

    ImportUnit(Transfer transfer, SystemUnits system, boolean initrd) {
        this.transfer = transfer;
        this.system = system;
        this.initrd = initrd;
    }

    /**
     * The unit's text.
     *
     * @param command the {@code pullboot} program
     */
    String text(String command, Actions actions) {
        PullExpression expression = transfer.expression();
        UnitText unit = new UnitText()
                .section("Unit")
                .describe("Description", "Download of " + expression.urlWithoutUser())
                .set("Documentation", "man:pullboot-generator(1)")
                .set("SourcePath", "/proc/cmdline")
                .set("DefaultDependencies", "no")
                .set("After", "imports-pre.target")
                .set("Before", "imports.target shutdown.target")
                .set("Conflicts", "shutdown.target");
        if (!expression.url().startsWith("file:")) {
            unit.set("Wants", "network-online.target").set("After", "network-online.target");
        }
        order(unit, expression);
        if (!actions.success().isEmpty()) {
            unit.set("SuccessAction", actions.success());
        }
        if (!actions.failure().isEmpty()) {
            unit.set("FailureAction", actions.failure());
        }
        if (!actions.onFailure()) {
            unit.set("StartLimitIntervalSec", "1d").set("StartLimitBurst", "20");
            if (expression.blockDevice()) {
                // An image whose first download failed is attached when a later one succeeds.
                unit.set("OnSuccess", transfer.loop());
            }
        }
        unit.section("Service").set("Type", "oneshot").command("ExecStart", command, "pull", transfer.words());
        if (!actions.onFailure()) {
            restart(unit);
        }
        // File names have the encoding of the locale in Java, and early in a boot there is none.
        return unit.set("Environment", "LC_ALL=C.UTF-8")
                .set("CapabilityBoundingSet", CAPABILITIES)
                .set("NoNewPrivileges", "yes")
                .toString();
    }

    private void order(UnitText unit, PullExpression expression) {
        String suffix = initrd ? "-initrd.service" : ".service";
        if (expression.imageClass() == ImageClass.SYSEXT) {
            unit.set("Before", "systemd-sysext" + suffix);
        } else if (expression.imageClass() == ImageClass.CONFEXT) {
            unit.set("Before", "systemd-confext" + suffix);
        }
        if (expression.blockDevice()) {
            unit.set("Before", transfer.loop());
        }
        if (!expression.runtime()) {
            unit.set("After", "systemd-remount-fs.service")
                    .set(
                            "RequiresMountsFor",
                            expression.imageClass().directory(false).toString());
        }
        // An image of that name keeps its name, whatever its type, and the pull would refuse.
        for (Path place : expression.imageClass().searchPath()) {
            unit.setPath("ConditionPathExists", "!", place + "/" + expression.local());
            unit.setPath("ConditionPathExists", "!", place + "/" + expression.local() + ".raw");
        }
    }

    private void restart(UnitText unit) {
        unit.set("Restart", "on-failure").set("RestartSec", "15s").set("RestartPreventExitStatus", "2");
        if (system.restartsInSteps()) {
            unit.set("RestartSteps", "6").set("RestartMaxDelaySec", "5min");
        }
    }
}
