package org.pullboot.nvme;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A host that authenticates, written from the specification without the controller's classes for messages. */
final class DhChapHost {
    /** How its messages go to the controller and back. */
    interface Wire {
        /** Sends an Authentication Send command; fails unless its status is success. */
        void send(byte[] message);

        /** Sends an Authentication Receive command with that allocation length; fails unless its status is success. */
        byte[] receive(int length);
    }

    /** What a host that Linux is allocates for answers; in bytes. */
    static final int ROOM = 4096;

    private final String hostNqn;
    private final String subsystemNqn;
    private final DhChapSecret secret;
    private final Optional<DhChapSecret> controllerSecret;
    private final Random random;
    private List<DhChapHash> hashes = List.of(DhChapHash.values());
    private List<DhGroup> groups = List.of(DhGroup.values());
    private int transaction = 1;
    private byte[] expected = {};

    private DhChapHost(
            String hostNqn,
            String subsystemNqn,
            DhChapSecret secret,
            Optional<DhChapSecret> controllerSecret,
            Random random) {
        this.hostNqn = hostNqn;
        this.subsystemNqn = subsystemNqn;
        this.secret = secret;
        this.controllerSecret = controllerSecret;
        this.random = random;
    }

    /** A host that asks for the controller's proof when it has its secret. */
    static DhChapHost of(
            String hostNqn,
            String subsystemNqn,
            DhChapSecret secret,
            Optional<DhChapSecret> controllerSecret,
            Random random) {
        return new DhChapHost(hostNqn, subsystemNqn, secret, controllerSecret, random);
    }

    /** The same, which can do only this. */
    DhChapHost offering(List<DhChapHash> theseHashes, List<DhGroup> theseGroups) {
        hashes = theseHashes;
        groups = theseGroups;
        return this;
    }

    /** A command that carries the message, but for its identifier and SGL. */
    static ByteBuffer sendCommand(int length) {
        return command(0x05, length);
    }

    /** A command that fetches an answer, but for its identifier and SGL. */
    static ByteBuffer receiveCommand(int length) {
        return command(0x06, length);
    }

    private static ByteBuffer command(int type, int length) {
        return ByteBuffer.allocate(64)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(0, (byte) 0x7f)
                .put(1, (byte) 0x40)
                .put(4, (byte) type)
                .put(41, (byte) 1)
                .put(42, (byte) 1)
                .put(43, (byte) 0xe9)
                .putInt(44, length);
    }

    /** Authenticates, from the beginning to the end. */
    void authenticate(Wire wire) {
        transaction = (transaction + 1) & 0xffff;
        wire.send(negotiate());
        wire.send(reply(wire.receive(ROOM)));
        finish(wire.receive(ROOM)).ifPresent(wire::send);
    }

    byte[] negotiate() {
        ByteBuffer message = message(0, 0x00, 72).put(7, (byte) 1);
        message.put(8, (byte) 1).put(10, (byte) hashes.size()).put(11, (byte) groups.size());
        for (int i = 0; i < hashes.size(); i++) {
            message.put(12 + i, (byte) hashes.get(i).id());
        }
        for (int i = 0; i < groups.size(); i++) {
            message.put(42 + i, (byte) groups.get(i).id());
        }
        return bytes(message);
    }

    byte[] reply(byte[] answer) {
        ByteBuffer challenge = checked(answer, 1, 0x01);
        DhChapHash hash = DhChapHash.ofId(challenge.get(8)).orElseThrow();
        DhGroup group = DhGroup.ofId(challenge.get(9)).orElseThrow();
        int hashLength = challenge.get(6);
        int publicLength = Short.toUnsignedInt(challenge.getShort(10));
        int sequence = challenge.getInt(12);
        require(hashes.contains(hash) && groups.contains(group), "a hash and a group that were offered");
        require(hashLength == 16 + 16 * hash.id(), "the length of the hash");
        require(publicLength == group.length(), "the length of the group");
        require(sequence != 0, "a sequence number");
        byte[] c1 = Arrays.copyOfRange(answer, 16, 16 + hashLength);
        byte[] theirs = Arrays.copyOfRange(answer, 16 + hashLength, 16 + hashLength + publicLength);
        byte[] ours = {};
        byte[] shared = {};
        if (group != DhGroup.NULL) {
            BigInteger exponent = new BigInteger(320, random).setBit(319);
            ours = padded(BigInteger.TWO.modPow(exponent, group.prime()), publicLength);
            shared = padded(new BigInteger(1, theirs).modPow(exponent, group.prime()), publicLength);
        }
        byte[] c2 = new byte[hashLength];
        int ownSequence = 0;
        if (controllerSecret.isPresent()) {
            random.nextBytes(c2);
            ownSequence = random.nextInt(1, Integer.MAX_VALUE);
            expected = answer(
                    hash,
                    shared,
                    controllerSecret.get().keyOf(subsystemNqn),
                    c2,
                    ownSequence,
                    "Controller" + subsystemNqn + '\0' + hostNqn);
        }
        byte[] r1 =
                answer(hash, shared, secret.keyOf(hostNqn), c1, sequence, "HostHost" + hostNqn + '\0' + subsystemNqn);
        return bytes(message(1, 0x02, 16 + 2 * hashLength + publicLength)
                .put(6, (byte) hashLength)
                .put(8, (byte) (controllerSecret.isPresent() ? 1 : 0))
                .putShort(10, (short) publicLength)
                .putInt(12, ownSequence)
                .put(16, r1)
                .put(16 + hashLength, c2)
                .put(16 + 2 * hashLength, ours));
    }

    /** Checks Success1; the message that follows it, if one does. */
    Optional<byte[]> finish(byte[] answer) {
        ByteBuffer success = checked(answer, 1, 0x03);
        if (controllerSecret.isEmpty()) {
            require(success.get(8) == 0, "no response");
            return Optional.empty();
        }
        require(success.get(8) == 1, "a response");
        require(
                MessageDigest.isEqual(expected, Arrays.copyOfRange(answer, 16, 16 + success.get(6))),
                "the right response");
        return Optional.of(success2());
    }

    byte[] success2() {
        return bytes(message(1, 0x04, 16));
    }

    byte[] failure2(int explanation) {
        return message(0, 0xf0, 8).put(6, (byte) 1).put(7, (byte) explanation).array();
    }

    private ByteBuffer checked(byte[] answer, int type, int id) {
        ByteBuffer message = ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN);
        if (message.get(0) == 0 && message.get(1) == (byte) 0xf1) {
            throw new IllegalStateException("Failure1, explanation " + message.get(7));
        }
        require(message.get(0) == type && message.get(1) == id, "message " + id);
        require(Short.toUnsignedInt(message.getShort(4)) == transaction, "this transaction");
        return message;
    }

    private ByteBuffer message(int type, int id, int length) {
        return ByteBuffer.allocate(length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(0, (byte) type)
                .put(1, (byte) id)
                .putShort(4, (short) transaction);
    }

    private static byte[] bytes(ByteBuffer message) {
        byte[] bytes = new byte[message.capacity()];
        message.get(0, bytes);
        return bytes;
    }

    private byte[] answer(
            DhChapHash hash, byte[] shared, byte[] key, byte[] challenge, int sequence, String rolesAndNames) {
        byte[] augmented = shared.length == 0 ? challenge : mac(hash, digest(hash, shared), challenge);
        byte[] text = rolesAndNames.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer content = ByteBuffer.allocate(augmented.length + 7 + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(augmented)
                .putInt(sequence)
                .putShort((short) transaction)
                .put((byte) 0)
                .put(text);
        return mac(hash, key, content.array());
    }

    private static byte[] mac(DhChapHash hash, byte[] key, byte[] content) {
        try {
            Mac mac = Mac.getInstance("Hmac" + hash);
            mac.init(new SecretKeySpec(key, "RAW"));
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] digest(DhChapHash hash, byte[] content) {
        try {
            return MessageDigest.getInstance(hash.name().replace("SHA", "SHA-")).digest(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] padded(BigInteger value, int length) {
        byte[] padded = new byte[length];
        for (int i = 0; i < length; i++) {
            padded[length - 1 - i] = value.shiftRight(8 * i).byteValue();
        }
        return padded;
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("the controller did not answer with " + what);
        }
    }
}
