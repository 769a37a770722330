package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole target, and hosts that reach it by TLS. */
@Timeout(120)
final class TlsTargetIT {
    private static final InitiatorPlan PLAN = InitiatorPlan.of(HostileExports.SUBSYSTEM, 1);
    private static final InitiatorPlan OTHER = InitiatorPlan.of(HostileExports.SUBSYSTEM, 2);

    private final TlsPskSecret secret = TlsPskSecret.generate(new SecureRandom(), TlsCipher.AES_128_GCM_SHA256);
    private final TlsPsk psk =
            secret.keys(PLAN.hostNqn(), HostileExports.SUBSYSTEM).getFirst();
    private final HostileExports exports =
            new HostileExports(List.of(HostileExports.namespace(1, MemoryDevice.of(4 << 20))));

    @AfterEach
    void nothingIsLeftOpen() {
        assertThat(exports.open()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void dataIsWrittenAndReadByTls(boolean digests) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        InitiatorPlan plan = PLAN.withOptions(new InitiatorOptions(0, digests, digests, 0));
        try (NvmeTarget target = start(TlsMode.REQUIRED);
                TlsTunnel tunnel = new TlsTunnel(target.address(), psk);
                InitiatorAssociation association = InitiatorAssociation.open(tunnel.address(), plan)) {
            InitiatorQueue queue = association.queue(1);
            for (int length : new int[] {512, 4096, 8192, 16_384, 131_072, 1 << 20}) {
                byte[] data = new byte[length];
                random.nextBytes(data);
                InitiatorAssociation.done(queue.executeOnDemand(InitiatorSqe.write(1, 0, length / 512), data));
                byte[] read = new byte[length];
                InitiatorAssociation.done(queue.execute(InitiatorSqe.read(1, 0, length / 512), length))
                        .incoming
                        .get(0, read);
                assertThat(read).as("seed %d, %d bytes", seed, length).isEqualTo(data);
            }
            association.shutDown();
        }
    }

    @Test
    void aHostThatWorksIsNotDisturbedByThoseThatAreRefused() throws Exception {
        TlsPsk wrong = TlsPskSecret.generate(new SecureRandom(), TlsCipher.AES_128_GCM_SHA256)
                .keys(PLAN.hostNqn(), HostileExports.SUBSYSTEM)
                .getFirst();
        try (NvmeTarget target = start(TlsMode.REQUIRED);
                TlsTunnel tunnel = new TlsTunnel(target.address(), psk);
                TlsTunnel stranger = new TlsTunnel(target.address(), wrong);
                HostileCanary canary = new HostileCanary(tunnel.address(), PLAN.withKeepAlive(10_000))) {
            for (int i = 0; i < 20; i++) {
                assertThatThrownBy(() -> InitiatorAssociation.open(stranger.address(), PLAN))
                        .isInstanceOfAny(IOException.class, InitiatorViolation.class);
                assertThatThrownBy(() -> InitiatorAssociation.open(target.address(), PLAN))
                        .isInstanceOfAny(IOException.class, InitiatorViolation.class);
                canary.listen();
            }
            assertThat(canary.rounds()).isPositive();
        }
    }

    @Test
    void aHostIsWhoItHasProvedToBe() throws Exception {
        try (NvmeTarget target = start(TlsMode.ALLOWED);
                TlsTunnel tunnel = new TlsTunnel(target.address(), psk)) {
            assertInvalidHost(tunnel.address(), OTHER);
            InitiatorAssociation.open(tunnel.address(), PLAN).close();
        }
    }

    @Test
    void whereTlsIsAllowedOnlyHostsWithoutASecretConnectInTheClear() throws Exception {
        try (NvmeTarget target = start(TlsMode.ALLOWED)) {
            assertInvalidHost(target.address(), PLAN);
            InitiatorAssociation.open(target.address(), OTHER).close();
        }
    }

    private static void assertInvalidHost(InetSocketAddress address, InitiatorPlan plan) {
        assertThatThrownBy(() -> InitiatorAssociation.open(address, plan))
                .isInstanceOfSatisfying(InitiatorRefusal.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo(NvmeStatus.CONNECT_INVALID_HOST);
                    assertThat(refusal.doNotRetry()).isTrue();
                });
    }

    private NvmeTarget start(TlsMode mode) throws IOException {
        Exports withSecrets = new Exports() {
            @Override
            public List<String> visibleTo(Host host) {
                return exports.visibleTo(host);
            }

            @Override
            public Export open(String subsystemNqn, Host host) throws RefusedException {
                return exports.open(subsystemNqn, host);
            }

            @Override
            public Optional<TlsPskSecret> tlsSecret(String hostNqn, String subsystemNqn) {
                return hostNqn.equals(PLAN.hostNqn()) ? Optional.of(secret) : Optional.empty();
            }
        };
        TargetOptions options = TargetOptions.defaults()
                .listeningOn(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .withTls(mode);
        return NvmeTarget.start(options, withSecrets);
    }
}
