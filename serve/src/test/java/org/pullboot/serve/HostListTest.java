package org.pullboot.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pullboot.nvme.DhChapSecret;
import org.pullboot.nvme.TlsCipher;
import org.pullboot.nvme.TlsPskSecret;

final class HostListTest {
    @TempDir
    Path directory;

    @Test
    void hostsAreListedWithOrWithoutSecrets() throws IOException {
        DhChapSecret secret = DhChapSecret.generate(new SecureRandom(), 32);
        HostList hosts = read("# who may connect\n\nnqn.2014-08.org.example:one\n  nqn.2014-08.org.example:two\t"
                + secret.text() + " " + secret.text() + "\n");

        assertThat(hosts.has("nqn.2014-08.org.example:one")).isTrue();
        assertThat(hosts.keys("nqn.2014-08.org.example:one")).isEmpty();
        assertThat(hosts.keys("nqn.2014-08.org.example:two")).hasValueSatisfying(keys -> {
            assertThat(keys.host()).isEqualTo(secret);
            assertThat(keys.controller()).contains(secret);
        });
        assertThat(hosts.has("nqn.2014-08.org.example:three")).isFalse();
    }

    @Test
    void aHostMayHaveASecretForTls() throws IOException {
        TlsPskSecret secret = TlsPskSecret.generate(new SecureRandom(), TlsCipher.AES_128_GCM_SHA256);
        HostList hosts = read("nqn.one " + secret.text() + "\nnqn.two\n");

        assertThat(hosts.tls("nqn.one")).contains(secret);
        assertThat(hosts.keys("nqn.one")).isEmpty();
        assertThat(hosts.tls("nqn.two")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host",
                "nqn.a b",
                "nqn.a DHHC-1:00:AAAA: DHHC-1:00:AAAA: more words",
                "nqn.a\nnqn.a",
                "nqn.a DHHC-1:00:c2VjcmV0c2VjcmV0:"
            })
    void aLineThatIsNoneIsNamedWithoutItsSecret(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(ServeException.class)
                .hasMessageContaining("line ")
                .message()
                .doesNotContain("c2VjcmV0");
    }

    private HostList read(String text) throws IOException {
        return HostList.read(Files.writeString(directory.resolve("hosts"), text));
    }
}
