package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.pullboot.pull.PullException;

final class FailureTest {
    @Test
    void ourOwnSentencesStayAsTheyAre() {
        assertThat(Failure.sentence(new AgentException("no image"))).isEqualTo("no image");
        assertThat(Failure.sentence(new PullException("no route"))).isEqualTo("no route");
        assertThat(Failure.sentence(new IOException("disk full"))).isEqualTo("disk full");
    }

    @Test
    void aBarePathBecomesASentence() {
        assertThat(Failure.sentence(new NoSuchFileException("/etc/pullboot/modules")))
                .isEqualTo("/etc/pullboot/modules is not there");
        assertThat(Failure.sentence(new AccessDeniedException("/x"))).startsWith("/x cannot be used: ");
    }

    @Test
    void aDefectSaysSo() {
        assertThat(Failure.sentence(new IllegalStateException("odd")))
                .isEqualTo("the agent has a defect: java.lang.IllegalStateException: odd");
        assertThat(Failure.sentence(new IOException())).startsWith("the agent has a defect: ");
    }

    @Test
    void tooLittleMemoryIsNoDefect() {
        assertThat(Failure.sentence(new OutOfMemoryError("Java heap space")))
                .isEqualTo("the agent ran out of memory (Java heap space): give the machine more");
    }
}
