package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pullboot.nvme.AuthenticationFixture.HOST;
import static org.pullboot.nvme.AuthenticationFixture.SUBSYSTEM;
import static org.pullboot.nvme.AuthenticationFixture.authentication;
import static org.pullboot.nvme.AuthenticationFixture.wire;

import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AuthenticationTest {
    private final Random random = new Random(42);
    private final DhChapSecret hostSecret = DhChapSecret.generate(new SecureRandom(), 32, DhChapHash.SHA256);
    private final DhChapSecret controllerSecret = DhChapSecret.generate(new SecureRandom(), 48);
    private final Authentication authentication = authentication(hostSecret, Optional.of(controllerSecret), random);
    private final DhChapHost.Wire wire = wire(authentication);

    @ParameterizedTest
    @ValueSource(strings = {"null256", "ffdhe384", "null512", "ffdhe256"})
    void saysByteForByteWhatTheSpecificationSays(String vector) throws Exception {
        Properties vectors = vectors();
        Authentication controller = authentication(
                DhChapSecret.parse(vectors.getProperty(vector + ".host")),
                Optional.of(DhChapSecret.parse(vectors.getProperty(vector + ".controller"))),
                new Counting());
        DhChapHost.Wire toIt = wire(controller);
        toIt.send(hex(vectors, vector + ".negotiate"));
        byte[] challenge = hex(vectors, vector + ".challenge");
        assertThat(toIt.receive(challenge.length)).isEqualTo(challenge);
        toIt.send(hex(vectors, vector + ".reply"));
        byte[] success = hex(vectors, vector + ".success1");
        assertThat(toIt.receive(success.length)).isEqualTo(success);
    }

    static Stream<Arguments> combinations() {
        return Arrays.stream(DhChapHash.values())
                .flatMap(hash -> Arrays.stream(DhGroup.values())
                        .filter(group -> group.length() < 768 || hash == DhChapHash.SHA512)
                        .map(group -> Arguments.of(hash, group)));
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void bothSidesProveThemselves(DhChapHash hash, DhGroup group) {
        DhChapHost host = host(Optional.of(controllerSecret)).offering(List.of(hash), List.of(group));
        host.authenticate(wire);
        assertThat(authentication.authenticated()).isTrue();
    }

    @Test
    void aHostNeedNotAskForTheControllersProof() {
        host(Optional.empty()).authenticate(wire);
        assertThat(authentication.authenticated()).isTrue();
    }

    @Test
    void aHostMayAuthenticateAgainOnALiveQueue() {
        DhChapHost host = host(Optional.of(controllerSecret));
        host.authenticate(wire);
        wire.send(host.negotiate());
        assertThat(authentication.authenticated()).isTrue();
        wire.send(host.reply(wire.receive(4096)));
        assertThat(authentication.authenticated()).isTrue();
        wire.send(host.finish(wire.receive(4096)).orElseThrow());
        assertThat(authentication.authenticated()).isTrue();
    }

    @Test
    void aHostThatFailsTheSecondTimeIsNoLongerAuthenticated() {
        host(Optional.empty()).authenticate(wire);
        DhChapHost other = host(DhChapSecret.generate(new SecureRandom(), 32), Optional.empty());
        assertThatThrownBy(() -> other.authenticate(wire)).hasMessage("Failure1, explanation 1");
        assertThat(authentication.authenticated()).isFalse();
        host(Optional.empty()).authenticate(wire);
        assertThat(authentication.authenticated()).isTrue();
    }

    @Test
    void theChallengeIsNeverTheSame() {
        DhChapHost host = host(Optional.empty()).offering(List.of(DhChapHash.SHA256), List.of(DhGroup.NULL));
        wire.send(host.negotiate());
        byte[] first = wire.receive(4096);
        byte[] reply = host.reply(first);
        wire.send(reply);
        host.finish(wire.receive(4096));
        wire.send(host.negotiate());
        byte[] second = wire.receive(4096);
        assertThat(Arrays.copyOfRange(second, 16, 48)).isNotEqualTo(Arrays.copyOfRange(first, 16, 48));
        assertThat(Arrays.copyOfRange(second, 12, 16)).isNotEqualTo(Arrays.copyOfRange(first, 12, 16));
        wire.send(reply);
        assertFailure1(DhChapException.FAILED);
    }

    @Test
    void theStrongestHashAndTheCheapestExchangeAreChosen() {
        wire.send(host(Optional.empty()).negotiate());
        byte[] challenge = wire.receive(4096);
        assertThat(challenge).hasSize(4096);
        assertThat(challenge[8]).isEqualTo((byte) DhChapHash.SHA512.id());
        assertThat(challenge[9]).isEqualTo((byte) DhGroup.FFDHE2048.id());
    }

    @Test
    void aGroupThatIsTooWeakIsNotUsed() {
        AuthenticationKeys strict = new AuthenticationKeys(hostSecret, Optional.empty(), DhGroup.FFDHE3072);
        Authentication controller = authentication(strict, random);
        wire(controller).send(host(Optional.empty()).negotiate());
        assertThat(wire(controller).receive(4096)[9]).isEqualTo((byte) DhGroup.FFDHE3072.id());
        Authentication another = authentication(strict, random);
        DhChapHost weak =
                host(Optional.empty()).offering(List.of(DhChapHash.SHA256), List.of(DhGroup.NULL, DhGroup.FFDHE2048));
        assertThatThrownBy(() -> weak.authenticate(wire(another))).hasMessage("Failure1, explanation 5");
    }

    @Test
    void theWrongControllerSecretIsNoticedByTheHost() {
        DhChapHost host = host(Optional.of(hostSecret));
        assertThatThrownBy(() -> host.authenticate(wire)).hasMessageContaining("the right response");
        assertThat(authentication.authenticated()).isFalse();
        wire.send(host.failure2(1));
        assertThat(authentication.authenticated()).isFalse();
    }

    @Test
    void aHostThatAsksForAProofWithoutASecretFails() {
        Authentication oneWay = authentication(hostSecret, Optional.empty(), random);
        assertThatThrownBy(() -> host(Optional.of(controllerSecret)).authenticate(wire(oneWay)))
                .hasMessage("Failure1, explanation 1");
    }

    @Test
    void ourOwnChallengeIsNotAnswered() {
        DhChapHost host =
                host(Optional.of(controllerSecret)).offering(List.of(DhChapHash.SHA256), List.of(DhGroup.NULL));
        wire.send(host.negotiate());
        byte[] challenge = wire.receive(4096);
        byte[] reply = host.reply(challenge);
        System.arraycopy(challenge, 16, reply, 48, 32);
        wire.send(reply);
        assertFailure1(DhChapException.FAILED);
    }

    @Test
    void guessingEndsAfterFourTimes() {
        DhChapSecret wrong = DhChapSecret.generate(new SecureRandom(), 32);
        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(() -> host(wrong, Optional.empty()).authenticate(wire))
                    .hasMessage("Failure1, explanation 1");
        }
        wire.send(host(Optional.empty()).negotiate());
        assertFailure1(DhChapException.FAILED);
    }

    private void assertFailure1(int explanation) {
        assertFailure1(authentication, explanation);
    }

    private static void assertFailure1(Authentication controller, int explanation) {
        byte[] message = wire(controller).receive(8);
        assertThat(message).hasSize(8);
        assertThat(message[0]).isZero();
        assertThat(message[1]).isEqualTo((byte) 0xf1);
        assertThat(message[6]).isEqualTo((byte) 1);
        assertThat(message[7]).isEqualTo((byte) explanation);
        assertThat(controller.authenticated()).isFalse();
    }

    private DhChapHost host(Optional<DhChapSecret> controller) {
        return host(hostSecret, controller);
    }

    private DhChapHost host(DhChapSecret secret, Optional<DhChapSecret> controller) {
        return DhChapHost.of(HOST, SUBSYSTEM, secret, controller, random);
    }

    private static Properties vectors() throws IOException {
        Properties vectors = new Properties();
        try (InputStream in = AuthenticationTest.class.getResourceAsStream("dhchap-vectors.properties")) {
            vectors.load(in);
        }
        return vectors;
    }

    private static byte[] hex(Properties vectors, String name) {
        return HexFormat.of().parseHex(vectors.getProperty(name));
    }

    /** Gives 1, 8, 15 and so on. */
    private static final class Counting extends Random {
        private static final long serialVersionUID = 1;

        private int next = 1;

        @Override
        public void nextBytes(byte[] bytes) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) next;
                next += 7;
            }
        }
    }
}
