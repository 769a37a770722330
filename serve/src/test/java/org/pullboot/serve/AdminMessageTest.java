package org.pullboot.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AdminMessageTest {
    @Test
    void wordsComeBackAsTheyWere() throws IOException {
        List<String> words = List.of("promote", "", "a b", "%", "naïve\nline", "/tmp/é");

        String line = AdminMessage.line(words);

        assertThat(line).endsWith("\n").containsOnlyOnce("\n");
        assertThat(AdminMessage.read(new StringReader(line))).isEqualTo(words);
    }

    @Test
    void nothingIsTheEnd() throws IOException {
        assertThat(AdminMessage.read(new StringReader(""))).isNull();
    }

    @Test
    void aLineWithoutEndIsRefused() {
        assertThatThrownBy(() -> AdminMessage.read(new StringReader("x".repeat(70_000))))
                .isInstanceOf(ServeException.class)
                .hasMessageContaining("longer than");
    }

    @Test
    void whatIsNotEscapedIsRefused() {
        assertThatThrownBy(() -> AdminMessage.read(new StringReader("%zz\n"))).isInstanceOf(ServeException.class);
    }
}
