package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.pullboot.linux.InitProcess;
import org.pullboot.pull.KernelCommandLine;

final class SettingsTest {
    private static final String HASH = "ab".repeat(32);

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

    @Test
    void anEmptyLineHasTheDefaults() throws Exception {
        Settings settings = settings("");

        assertThat(settings.root()).isEqualTo(RootOption.AUTOMATIC);
        assertThat(settings.rootType()).isEmpty();
        assertThat(settings.readOnly()).isFalse();
        assertThat(settings.init()).isEmpty();
        assertThat(settings.words().overlay()).isTrue();
    }

    @Test
    void theLastOfRoAndRwCounts() throws Exception {
        assertThat(settings("rw ro").readOnly()).isTrue();
        assertThat(settings("ro quiet rw").readOnly()).isFalse();
    }

    @Test
    void everyWordReachesItsPlace() throws Exception {
        Settings settings = settings(
                "root=/dev/loop0p2 rootflags=x-systemd.device-timeout=infinity,subvol=a rootfstype=btrfs init=/bin/sh "
                        + "rd.pullboot.ram=ro");

        assertThat(settings.root()).isEqualTo(new RootOption.FirstLoop(2));
        assertThat(settings.rootFlags().data()).isEqualTo("subvol=a");
        assertThat(settings.rootType()).isEqualTo("btrfs");
        assertThat(settings.init()).contains("/bin/sh");
        assertThat(settings.words().overlay()).isFalse();
    }

    @Test
    void aDiskOfTheMachineIsRefused() {
        assertThatThrownBy(() -> settings("root=/dev/sda2")).isInstanceOf(AgentException.class);
    }

    @Test
    void theFailureActionIsUnderstood() {
        assertThat(action("rd.systemd.pull.failure_action=poweroff-force"))
                .isEqualTo(new FailureAction(InitProcess.Ending.POWER_OFF, 0));
        assertThat(action("rd.systemd.pull.failure-action=halt"))
                .isEqualTo(new FailureAction(InitProcess.Ending.HALT, 0));
        assertThat(action("")).isEqualTo(FailureAction.DEFAULT);
    }

    @Test
    void anUnknownFailureActionIsAWarning() {
        assertThat(action("rd.systemd.pull.failure_action=explode")).isEqualTo(FailureAction.DEFAULT);
        assertThat(screen.toString(StandardCharsets.UTF_8)).contains("explode is no such action");
    }

    @Test
    void afterSuccessAMachineGoesOnUnlessToldOtherwise() {
        assertThat(success("")).isEqualTo(FailureAction.NONE);
        assertThat(success("rd.systemd.pull.success_action=explode")).isEqualTo(FailureAction.NONE);
        assertThat(success("rd.systemd.pull.success_action=poweroff"))
                .isEqualTo(new FailureAction(InitProcess.Ending.POWER_OFF, 0));
    }

    @Test
    void theMappedRootIsWhatARootHashMakes() throws Exception {
        assertThat(settings("root=/dev/mapper/root roothash=" + HASH).root()).isEqualTo(RootOption.AUTOMATIC);
        assertThatThrownBy(() -> settings("root=/dev/mapper/root"))
                .isInstanceOf(AgentException.class)
                .hasMessage(
                        "root=/dev/mapper/root is what roothash= makes, which is missing: add it, or use root=gpt-auto");
        assertThatThrownBy(() -> settings("root=/dev/mapper/root systemd.verity=no roothash=" + HASH))
                .isInstanceOf(AgentException.class)
                .hasMessageEndingWith("systemd.verity= is off");
    }

    @Test
    void anEmptyRootNeedsAUsr() throws Exception {
        assertThat(settings("root=tmpfs usrhash=" + HASH).root()).isEqualTo(new RootOption.InMemory());
        assertThatThrownBy(() -> settings("root=tmpfs"))
                .isInstanceOf(AgentException.class)
                .hasMessageStartingWith("root=tmpfs leaves all to /usr");
    }

    @Test
    void debuggingIsASwitch() {
        assertThat(Settings.debug(KernelCommandLine.parse("rd.pullboot.debug"))).isTrue();
        assertThat(Settings.debug(KernelCommandLine.parse("rd.pullboot.debug=0")))
                .isFalse();
        assertThat(Settings.debug(KernelCommandLine.parse(""))).isFalse();
    }

    @Test
    void initGetsTheKernelsEnvironmentOnly() {
        assertThat(Boot.environment(
                        Map.of("TERM", "vt220", "JAVA_TOOL_OPTIONS", "-x", "LD_LIBRARY_PATH", "/x", "a", "b")))
                .containsExactly("HOME=/", "TERM=vt220", "a=b");
    }

    private FailureAction success(String line) {
        return Settings.successAction(KernelCommandLine.parse(line), Console.early(screen));
    }

    private FailureAction action(String line) {
        return Settings.failureAction(KernelCommandLine.parse(line), Console.early(screen));
    }

    private static Settings settings(String line) throws Exception {
        return Settings.of(KernelCommandLine.parse(line));
    }
}
