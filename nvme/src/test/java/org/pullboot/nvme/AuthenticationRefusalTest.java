package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pullboot.nvme.AuthenticationFixture.HOST;
import static org.pullboot.nvme.AuthenticationFixture.SUBSYSTEM;
import static org.pullboot.nvme.AuthenticationFixture.authentication;
import static org.pullboot.nvme.AuthenticationFixture.wire;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts that break the rules. */
final class AuthenticationRefusalTest {
    private static final int INVALID_FIELD = NvmeStatus.INVALID_FIELD | NvmeStatus.DO_NOT_RETRY;

    private final Random random = new Random(42);
    private final DhChapSecret hostSecret = DhChapSecret.generate(new SecureRandom(), 32, DhChapHash.SHA256);
    private final DhChapSecret controllerSecret = DhChapSecret.generate(new SecureRandom(), 48);
    private final Authentication authentication = authentication(hostSecret, Optional.of(controllerSecret), random);
    private final DhChapHost.Wire wire = wire(authentication);

    @Test
    void commandsForOtherProtocolsAreRefused() {
        for (int at : new int[] {41, 42, 43}) {
            ByteBuffer data = ByteBuffer.wrap(host(Optional.empty()).negotiate());
            ByteBuffer send = DhChapHost.sendCommand(data.remaining());
            ByteBuffer receive = DhChapHost.receiveCommand(4096);
            assertThat(authentication.send(send.put(at, (byte) 2), data)).isEqualTo(AdminReply.failed(INVALID_FIELD));
            assertThat(authentication.receive(receive.put(at, (byte) 2))).isEqualTo(AdminReply.failed(INVALID_FIELD));
        }
        host(Optional.empty()).authenticate(wire);
        assertThat(authentication.authenticated()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15, 71, 73, 1 << 20, -1})
    void aTransferLengthThatIsNotTheDatasIsRefused(int length) {
        ByteBuffer data = ByteBuffer.wrap(host(Optional.empty()).negotiate());
        assertThat(authentication.send(DhChapHost.sendCommand(length), data))
                .isEqualTo(AdminReply.failed(INVALID_FIELD));
    }

    @Test
    void aMegabyteIsNotRead() {
        assertThat(authentication.send(DhChapHost.sendCommand(1 << 20), ByteBuffer.allocate(1 << 20)))
                .isEqualTo(AdminReply.failed(INVALID_FIELD));
    }

    @Test
    void aHostWithoutRoomForTheAnswerMayAskAgain() {
        DhChapHost host = host(Optional.empty());
        wire.send(host.negotiate());
        for (int room : new int[] {0, 7, 16, 16 + 64 + 255}) {
            assertThat(authentication.receive(DhChapHost.receiveCommand(room)))
                    .isEqualTo(AdminReply.failed(INVALID_FIELD));
        }
        wire.send(host.reply(wire.receive(16 + 64 + 256)));
        host.finish(wire.receive(-1));
        assertThat(authentication.authenticated()).isTrue();
    }

    /** Each case changes one thing in a Negotiate. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "6=1:3",
                "6=2:3",
                "7=0:6",
                "7=2:6",
                "7=255:6",
                "8=2:2",
                "10=0:4",
                "10=31:6",
                "10=255:6",
                "11=0:5",
                "11=31:6",
                "11=255:6",
                "0=2:7",
                "1=7:7",
                "0=1:7"
            })
    void aNegotiateThatIsWrongFails(String change) {
        byte[] message = host(Optional.empty()).negotiate();
        int explanation = apply(change, message);
        wire.send(message);
        assertFailure1(explanation);
    }

    @Test
    void aNegotiateWithUnknownHashesOrGroupsOnlyFails() {
        byte[] message = host(Optional.empty()).negotiate();
        Arrays.fill(message, 12, 42, (byte) 9);
        wire.send(message);
        assertFailure1(DhChapException.HASH_NOT_USABLE);
        message = host(Optional.empty()).negotiate();
        Arrays.fill(message, 42, 72, (byte) 99);
        wire.send(message);
        assertFailure1(DhChapException.GROUP_NOT_USABLE);
    }

    @Test
    void aNegotiateOfNoProtocolFails() {
        byte[] message = Arrays.copyOf(host(Optional.empty()).negotiate(), 8);
        message[7] = 0;
        wire.send(message);
        assertFailure1(DhChapException.PROTOCOL_NOT_USABLE);
    }

    /** Each case changes one thing in a Reply of SHA-256 and 2048 bits: 16 + 32 + 32 + 256 bytes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "6=0:6",
                "6=31:6",
                "6=48:6",
                "6=255:6",
                "10=255:6",
                "11=0:6",
                "11=255:6",
                "4=9:7",
                "16=x:1",
                "47=x:1",
                "1=3:7",
                "0=0:7",
                "335=x:1"
            })
    void aReplyThatIsWrongFails(String change) {
        DhChapHost host = cheap();
        wire.send(host.negotiate());
        byte[] message = host.reply(wire.receive(4096));
        assertThat(message).hasSize(336);
        int explanation = apply(change, message);
        wire.send(message);
        assertFailure1(explanation);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 15, 16, 80, 335})
    void aReplyThatIsCutOffFails(int length) {
        DhChapHost host = cheap();
        wire.send(host.negotiate());
        wire.send(Arrays.copyOf(host.reply(wire.receive(4096)), length));
        assertFailure1(DhChapException.INCORRECT_PAYLOAD);
    }

    @Test
    void aReplyOfTheWrongHashOrGroupFailsThoughItIsWhole() {
        for (int[] lengths : new int[][] {{48, 256}, {32, 0}, {32, 255}, {32, 384}, {0, 256}}) {
            Authentication controller = authentication(hostSecret, Optional.empty(), random);
            DhChapHost host = cheap();
            wire(controller).send(host.negotiate());
            byte[] message =
                    Arrays.copyOf(host.reply(wire(controller).receive(4096)), 16 + 2 * lengths[0] + lengths[1]);
            message[6] = (byte) lengths[0];
            message[10] = (byte) lengths[1];
            message[11] = (byte) (lengths[1] >> 8);
            wire(controller).send(message);
            assertFailure1(controller, DhChapException.INCORRECT_PAYLOAD);
        }
    }

    @Test
    void aPublicValueThatGivesTheSecretAwayFails() {
        for (int kind = 0; kind < 4; kind++) {
            Authentication controller = authentication(hostSecret, Optional.empty(), random);
            DhChapHost host = cheap();
            wire(controller).send(host.negotiate());
            byte[] message = host.reply(wire(controller).receive(4096));
            byte[] prime = DhGroup.FFDHE2048.prime().toByteArray();
            System.arraycopy(prime, 1, message, 80, 256);
            switch (kind) {
                case 0 -> Arrays.fill(message, 80, 336, (byte) 0);
                case 1 -> {
                    Arrays.fill(message, 80, 336, (byte) 0);
                    message[335] = 1;
                }
                case 2 -> message[335]--;
                default -> assertThat(message[335]).isEqualTo((byte) 0xff);
            }
            wire(controller).send(message);
            assertFailure1(controller, DhChapException.INCORRECT_PAYLOAD);
        }
    }

    @Test
    void aChallengeWithoutSequenceNumberFails() {
        DhChapHost host =
                host(Optional.of(controllerSecret)).offering(List.of(DhChapHash.SHA256), List.of(DhGroup.NULL));
        wire.send(host.negotiate());
        byte[] message = host.reply(wire.receive(4096));
        Arrays.fill(message, 12, 16, (byte) 0);
        wire.send(message);
        assertFailure1(DhChapException.INCORRECT_PAYLOAD);
    }

    @Test
    void aReceiveBeforeASendFails() {
        assertFailure1(DhChapException.INCORRECT_MESSAGE);
    }

    @Test
    void aSecondReceiveOfTheChallengeFails() {
        wire.send(host(Optional.empty()).negotiate());
        wire.receive(4096);
        assertFailure1(DhChapException.INCORRECT_MESSAGE);
    }

    @Test
    void aReceiveInPlaceOfSuccess2Fails() {
        DhChapHost host = host(Optional.of(controllerSecret));
        wire.send(host.negotiate());
        wire.send(host.reply(wire.receive(4096)));
        wire.receive(4096);
        assertThat(authentication.authenticated()).isFalse();
        assertFailure1(DhChapException.INCORRECT_MESSAGE);
    }

    enum Order {
        SECOND_NEGOTIATE,
        NEGOTIATE_IN_PLACE_OF_REPLY,
        REPLY_FIRST,
        REPLY_BEFORE_CHALLENGE,
        SECOND_REPLY,
        SUCCESS2_FIRST,
        SUCCESS2_BEFORE_SUCCESS1,
        SUCCESS2_OF_ANOTHER_TRANSACTION
    }

    @ParameterizedTest
    @EnumSource(Order.class)
    void messagesOutOfOrderFail(Order order) {
        DhChapHost host =
                host(Optional.of(controllerSecret)).offering(List.of(DhChapHash.SHA256), List.of(DhGroup.NULL));
        byte[] negotiate = host.negotiate();
        byte[] noReply = new byte[80];
        System.arraycopy(new byte[] {1, 2, 0, 0, 1, 0, 32}, 0, noReply, 0, 7);
        switch (order) {
            case SECOND_NEGOTIATE -> {
                wire.send(negotiate);
                wire.send(negotiate);
            }
            case NEGOTIATE_IN_PLACE_OF_REPLY -> {
                wire.send(negotiate);
                wire.receive(4096);
                wire.send(negotiate);
            }
            case REPLY_FIRST -> wire.send(noReply);
            case REPLY_BEFORE_CHALLENGE -> {
                wire.send(negotiate);
                wire.send(noReply);
            }
            case SECOND_REPLY -> {
                wire.send(negotiate);
                byte[] reply = host.reply(wire.receive(4096));
                wire.send(reply);
                wire.send(reply);
            }
            case SUCCESS2_FIRST -> wire.send(host.success2());
            case SUCCESS2_BEFORE_SUCCESS1 -> {
                wire.send(negotiate);
                wire.send(host.reply(wire.receive(4096)));
                wire.send(host.success2());
            }
            case SUCCESS2_OF_ANOTHER_TRANSACTION -> {
                wire.send(negotiate);
                wire.send(host.reply(wire.receive(4096)));
                byte[] success2 = host.finish(wire.receive(4096)).orElseThrow();
                success2[4]++;
                wire.send(success2);
            }
        }
        assertFailure1(DhChapException.INCORRECT_MESSAGE);
        host(Optional.empty()).authenticate(wire);
        assertThat(authentication.authenticated()).isTrue();
    }

    @Test
    void aSendAfterAFailureThatWasNotFetchedIsOutOfOrder() {
        wire.send(new byte[] {1, 4, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        wire.send(host(Optional.empty()).negotiate());
        assertFailure1(DhChapException.INCORRECT_MESSAGE);
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

    /** {@code offset=value:explanation}; x for a value that is surely another. */
    private static int apply(String change, byte[] message) {
        String[] parts = change.split("[=:]", -1);
        int at = Integer.parseInt(parts[0]);
        message[at] = parts[1].equals("x") ? (byte) (message[at] ^ 1) : (byte) Integer.parseInt(parts[1]);
        return Integer.parseInt(parts[2]);
    }

    private DhChapHost host(Optional<DhChapSecret> controller) {
        return host(hostSecret, controller);
    }

    private DhChapHost host(DhChapSecret secret, Optional<DhChapSecret> controller) {
        return DhChapHost.of(HOST, SUBSYSTEM, secret, controller, random);
    }

    private DhChapHost cheap() {
        return host(Optional.empty()).offering(List.of(DhChapHash.SHA256), List.of(DhGroup.FFDHE2048));
    }
}
