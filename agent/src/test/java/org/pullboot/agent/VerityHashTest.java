package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pullboot.image.RootHash;
import org.pullboot.pull.KernelCommandLine;

final class VerityHashTest {
    private static final String HEX = "00112233445566778899aabbccddeeff".repeat(2);

    @Test
    void theCommandLinesHashIsPinned() throws Exception {
        VerityHash hash = root("quiet roothash=" + HEX).orElseThrow();

        assertThat(hash.hash()).isEqualTo(new RootHash(HEX));
        assertThat(hash.origin()).isEqualTo("roothash=");
        assertThat(hash.pinned()).isTrue();
        assertThat(hash.signed()).isFalse();
        assertThat(hash.options()).isEmpty();
    }

    @Test
    void rootAndUsrAreTwoThings() throws Exception {
        KernelCommandLine line = KernelCommandLine.parse("usrhash=" + HEX);

        assertThat(VerityHash.root(line)).isEmpty();
        assertThat(VerityHash.usr(line)).map(VerityHash::origin).contains("usrhash=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"systemd.verity=0", "rd.systemd.verity=no", "systemd.verity=1 rd.systemd.verity=off"})
    void systemdsSwitchTurnsItOff(String words) throws Exception {
        assertThat(root(words + " roothash=" + HEX)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"systemd.verity=1", "rd.systemd.verity=yes systemd.verity=no"})
    void theInitrdsSwitchTakesPrecedence(String words) throws Exception {
        assertThat(root(words + " roothash=" + HEX)).isPresent();
    }

    @Test
    void optionsAreTheKernels() throws Exception {
        VerityHash hash = root("systemd.verity_root_options=panic-on-corruption,,root-hash-signature=auto,"
                        + "check-at-most-once roothash=" + HEX)
                .orElseThrow();

        assertThat(hash.options()).containsExactly("panic_on_corruption", "check_at_most_once");
        assertThat(hash.signed()).isTrue();
    }

    @Test
    void anUnknownOptionIsAnError() {
        assertThatThrownBy(() -> root("systemd.verity_root_options=superblock=no roothash=" + HEX))
                .isInstanceOf(AgentException.class)
                .hasMessageStartingWith("systemd.verity_root_options=superblock=no means nothing here: use ignore-");
    }

    @Test
    void whatIsNoHashIsAnErrorAndNotIgnored() {
        assertThatThrownBy(() -> root("roothash=xyz"))
                .isInstanceOf(AgentException.class)
                .hasMessage(
                        "roothash=: expected a dm-verity root hash of 32 to 128 hexadecimal digits, but came 'xyz'");
    }

    @Test
    void aFileBesideTheImageIsLessTrusted() throws Exception {
        VerityHash hash = VerityHash.ofFile(HEX + "\n", "rootdisk.roothash");

        assertThat(hash.pinned()).isFalse();
        assertThat(hash.origin()).isEqualTo("rootdisk.roothash");
    }

    private static Optional<VerityHash> root(String line) throws AgentException {
        return VerityHash.root(KernelCommandLine.parse(line));
    }
}
