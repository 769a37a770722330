package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pullboot.linux.InitProcess;

final class FailureActionTest {
    @ParameterizedTest
    @CsvSource({
        "reboot, RESTART", "reboot-force, RESTART", "reboot-immediate, RESTART", "kexec, RESTART",
        "kexec-force, RESTART", "soft-reboot, RESTART", "soft-reboot-force, RESTART", "poweroff, POWER_OFF",
        "poweroff-force, POWER_OFF", "poweroff-immediate, POWER_OFF", "exit, POWER_OFF", "exit-force, POWER_OFF",
        "halt, HALT", "halt-force, HALT", "halt-immediate, HALT",
    })
    void systemdsWordsEndTheMachineAtOnce(String word, InitProcess.Ending ending) {
        assertThat(FailureAction.parse(word)).contains(new FailureAction(ending, 0));
    }

    @Test
    void noneLeavesTheMessageOnTheScreen() {
        assertThat(FailureAction.parse("none"))
                .hasValueSatisfying(action -> assertThat(action.ending()).isNull());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "explode", "Reboot", "reboot "})
    void otherWordsAreNone(String word) {
        assertThat(FailureAction.parse(word)).isEmpty();
    }

    @Test
    void byDefaultTheMessageStaysHalfAMinute() {
        assertThat(FailureAction.DEFAULT).isEqualTo(new FailureAction(InitProcess.Ending.RESTART, 30));
    }
}
