package org.pullboot.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pullboot.pull.PullException;

final class ReferenceTest {
    private static final String HEX = "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @CsvSource({
        "debian, https://registry-1.docker.io, docker.io, library/debian, latest",
        "debian:13, https://registry-1.docker.io, docker.io, library/debian, 13",
        "docker.io/library/debian:13, https://registry-1.docker.io, docker.io, library/debian, 13",
        "index.docker.io/debian, https://registry-1.docker.io, index.docker.io, library/debian, latest",
        "team/os:1.0_x-y, https://registry-1.docker.io, docker.io, team/os, 1.0_x-y",
        "quay.io/team/os, https://quay.io, quay.io, team/os, latest",
        "registry:5000/os:1, https://registry:5000, registry:5000, os, 1",
        "localhost/os, http://localhost, localhost, os, latest",
        "localhost:5000/os:1, http://localhost:5000, localhost:5000, os, 1",
        "127.0.0.1:5000/os, http://127.0.0.1:5000, 127.0.0.1:5000, os, latest",
        "[::1]:5000/os, http://[::1]:5000, [::1]:5000, os, latest",
        "http://10.0.0.1:5000/os, http://10.0.0.1:5000, 10.0.0.1:5000, os, latest",
        "https://localhost/a/b/c:d, https://localhost, localhost, a/b/c, d",
        "https://me:secret@host/os, https://me:secret@host, host, os, latest",
    })
    void namesAreUnderstoodAsDockerDoes(String text, String server, String host, String repository, String tag)
            throws PullException {
        assertThat(Reference.parse(text)).isEqualTo(new Reference(server, host, repository, tag, null));
    }

    @Test
    void aDigestCountsAlone() throws PullException {
        Reference reference = Reference.parse("quay.io/os:1@sha256:" + HEX);

        assertThat(reference.version()).isEqualTo("sha256:" + HEX);
        assertThat(reference).hasToString("quay.io/os@sha256:" + HEX);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":13",
                "Debian",
                "quay.io/",
                "quay.io//os",
                "quay.io/os/",
                "quay.io/../os",
                "quay.io/os:",
                "quay.io/os:.1",
                "quay.io/os:a b",
                "quay.io/os:1/2",
                "quay.io/o s",
                "os@sha256:12",
                "https://quay.io",
                "https://qu?ay/os",
                "https:///os",
            })
    void nothingElseIsAReference(String text) {
        assertThatThrownBy(() -> Reference.parse(text))
                .isInstanceOf(PullException.class)
                .hasMessageContaining("is no reference to an image");
    }

    @Test
    void aPasswordIsNotShown() throws PullException {
        assertThat(Reference.parse("https://me:secret@host/os").toString()).isEqualTo("host/os:latest");
        assertThatThrownBy(() -> Reference.parse("https://me:secret@host/OS"))
                .hasMessageNotContaining("secret")
                .hasMessageContaining("host/OS");
    }
}
