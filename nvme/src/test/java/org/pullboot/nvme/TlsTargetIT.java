package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hosts that connect by TLS, and those that should have. */
@Timeout(60)
class TlsTargetIT {
    private static final TlsPskSecret SECRET = TlsPskSecret.generate(new SecureRandom(), TlsCipher.AES_128_GCM_SHA256);

    private final MemoryDevice device = MemoryDevice.of(4 << 20);
    private final InitiatorPlan secured = InitiatorPlan.of(HostileExports.SUBSYSTEM, 1);
    private final InitiatorPlan open = InitiatorPlan.of(HostileExports.SUBSYSTEM, 2);
    private final NvmeTarget target;

    TlsTargetIT() throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        target = NvmeTarget.start(TargetOptions.defaults().listeningOn(any), new Secured());
    }

    @AfterEach
    void end() {
        target.close();
        assertThat(target.pool().leased()).isZero();
    }

    private static TlsPsk key(TlsPskSecret secret, InitiatorPlan plan) {
        return secret.keys(plan.hostNqn(), plan.subsystemNqn()).getFirst();
    }

    @Test
    void everythingWorksByTls() throws IOException {
        device.fill();
        try (TlsRelay relay = new TlsRelay(target.address(), key(SECRET, secured));
                InitiatorAssociation association = InitiatorAssociation.open(relay.address(), secured)) {
            InitiatorQueue queue = association.queue(1);
            for (int blocks : new int[] {1, 8, 255, 2048}) {
                InitiatorCommand read = queue.execute(InitiatorSqe.read(1, 5, blocks), blocks * 512);
                assertThat(read.data()).isEqualTo(device.content(5 * 512, blocks * 512));
            }
            byte[] content = new byte[1 << 20];
            Arrays.fill(content, (byte) 0x5c);
            for (int blocks : new int[] {1, 8, 255, 2048}) {
                InitiatorSqe write = InitiatorSqe.write(1, 3, blocks);
                byte[] part = Arrays.copyOf(content, blocks * 512);
                assertThat(queue.executeOnDemand(write, part).succeeded()).isTrue();
                assertThat(device.content(3 * 512, part.length)).isEqualTo(part);
            }
            association.shutDown();
        }
    }

    @Test
    void aHostIsWhoItHasProvedToBe() throws IOException {
        try (TlsRelay relay = new TlsRelay(target.address(), key(SECRET, secured))) {
            assertThatThrownBy(() -> InitiatorAssociation.open(relay.address(), open))
                    .isInstanceOfSatisfying(
                            InitiatorRefusal.class,
                            refusal -> assertThat(refusal.code()).isEqualTo(NvmeStatus.CONNECT_INVALID_HOST));
        }
    }

    @Test
    void aHostThatHasASecretHasToUseIt() throws IOException {
        assertThatThrownBy(() -> InitiatorAssociation.open(target.address(), secured))
                .isInstanceOfSatisfying(
                        InitiatorRefusal.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(NvmeStatus.CONNECT_INVALID_HOST));
        InitiatorAssociation.open(target.address(), open).shutDown();
    }

    @Test
    void aHostWithAnotherSecretIsLeft() throws IOException {
        TlsPskSecret other = TlsPskSecret.generate(new SecureRandom(), TlsCipher.AES_128_GCM_SHA256);
        try (TlsRelay relay = new TlsRelay(target.address(), key(other, secured))) {
            assertThatThrownBy(() -> InitiatorAssociation.open(relay.address(), secured))
                    .isInstanceOf(IOException.class);
        }
    }

    /** The first host has a secret, the second has none. */
    private final class Secured implements Exports {
        private final Exports exports = new HostileExports(List.of(HostileExports.namespace(1, device)));

        @Override
        public List<String> visibleTo(Host host) {
            return exports.visibleTo(host);
        }

        @Override
        public Export open(String subsystemNqn, Host host) throws RefusedException {
            return exports.open(subsystemNqn, host);
        }

        @Override
        public TlsMode tls() {
            return TlsMode.ALLOWED;
        }

        @Override
        public Optional<TlsPskSecret> tlsSecret(String hostNqn, String subsystemNqn) {
            return hostNqn.equals(secured.hostNqn()) ? Optional.of(SECRET) : Optional.empty();
        }
    }
}
