package org.pullboot.cli;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

final class TrainingTest {
    /** The launcher goes on without a cache when it fails, so that only a slow start would show it. */
    @Test
    void everyCommandThatItRunsSucceeds() {
        assertThatCode(() -> Training.main(new String[0])).doesNotThrowAnyException();
    }
}
