package org.pullboot.nvme;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.pullboot.nvme.DhChapMessage.Failure2;
import org.pullboot.nvme.DhChapMessage.Negotiate;
import org.pullboot.nvme.DhChapMessage.Reply;
import org.pullboot.nvme.DhChapMessage.Success2;

/**
 * The controller's side of DH-HMAC-CHAP on one queue (NVM Express Base 2.0, 8.13.5): answers its Authentication Send and
 * Receive commands, the first time and whenever the host authenticates again.
 *
 * <p>A failed authentication, also a later one, leaves the queue unauthenticated. Key exchanges take milliseconds to a
 * second of a processor. {@link #send} and {@link #receive} are for one thread at a time, {@link #authenticated} for any.
 */
final class Authentication {
    private static final Logger LOG = System.getLogger(Authentication.class.getName());
    private static final int FAILURES_A_MINUTE = 30;
    // Whoever fails may connect anew; like the logger it is for the whole process.
    private static final RareLog FAILURES = new RareLog(LOG, System::nanoTime, FAILURES_A_MINUTE);

    private static final int SPSP = 0x0101;
    private static final int SECP = 0xe9;

    /** Failures of one queue in a row until it has to connect anew: each may cost us more than the host. */
    private static final int MOST_FAILURES = 4;

    /** Hosts have room for this much; what they give us beyond the message is filled with zeroes up to it. */
    private static final int HOST_BUFFER = 4096;

    private static final byte[] NOTHING = {};

    private final AuthenticationKeys keys;
    private final String hostNqn;
    private final String subsystemNqn;
    private final SecureRandom random;
    private int sequence;
    private int failures;
    private Step step = new Idle();
    private volatile boolean authenticated;

    private Authentication(AuthenticationKeys keys, String hostNqn, String subsystemNqn, SecureRandom random) {
        this.keys = keys;
        this.hostNqn = hostNqn;
        this.subsystemNqn = subsystemNqn;
        this.random = random;
        this.sequence = random.nextInt();
    }

    /** For a queue that has just been connected. */
    static Authentication of(AuthenticationKeys keys, Host host, String subsystemNqn, SecureRandom random) {
        return new Authentication(keys, host.nqn(), subsystemNqn, random);
    }

    /** Whether the queue may be used for other commands. */
    boolean authenticated() {
        return authenticated;
    }

    /**
     * An Authentication Send command. What is wrong with the message itself the host learns by its next Receive.
     *
     * @param sqe 64 bytes, little-endian
     * @param data all that the host sent with it
     */
    AdminReply send(ByteBuffer sqe, ByteBuffer data) {
        int length = transferLength(sqe);
        if (!isForUs(sqe) || length == 0 || length != data.remaining() || length > DhChapMessage.LONGEST) {
            return AdminReply.failed(NvmeStatus.INVALID_FIELD | NvmeStatus.DO_NOT_RETRY);
        }
        try {
            step = after(DhChapMessage.parse(data));
        } catch (DhChapException e) {
            fail(DhChapMessage.transactionOf(data), e);
        }
        return AdminReply.success();
    }

    /**
     * An Authentication Receive command.
     *
     * @param sqe 64 bytes, little-endian
     */
    AdminReply receive(ByteBuffer sqe) {
        int room = transferLength(sqe);
        if (!isForUs(sqe)) {
            return AdminReply.failed(NvmeStatus.INVALID_FIELD | NvmeStatus.DO_NOT_RETRY);
        }
        if (step instanceof Idle || step instanceof Challenged || step instanceof Responded) {
            fail(step.transaction(), outOfOrder("a Receive when there is nothing to receive"));
        }
        if (Integer.compareUnsigned(room, step.answerLength()) < 0) {
            return AdminReply.failed(NvmeStatus.INVALID_FIELD | NvmeStatus.DO_NOT_RETRY);
        }
        ByteBuffer answer = switch (step) {
            case Negotiated negotiated -> challenge(negotiated);
            case Proved proved -> success1(proved);
            case Failed failed -> failure1(failed);
            case Idle _, Challenged _, Responded _ -> throw new IllegalStateException("has failed above");
        };
        int length = Integer.compareUnsigned(room, HOST_BUFFER) < 0 ? room : HOST_BUFFER;
        return new AdminReply.Data(ByteBuffer.allocate(Math.max(answer.remaining(), length))
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(0, answer, 0, answer.remaining()));
    }

    private Step after(DhChapMessage message) throws DhChapException {
        return switch (message) {
            case Negotiate negotiate when step instanceof Idle -> negotiated(negotiate);
            case Reply reply
            when step instanceof Challenged challenged && isOf(challenged, reply) -> replied(challenged, reply);
            case Success2 success when step instanceof Responded responded && isOf(responded, success) -> succeeded();
            case Failure2 failure -> givenUp(failure);
            case Negotiate _, Reply _, Success2 _ ->
                throw outOfOrder("a " + message.getClass().getSimpleName() + " of transaction " + message.transaction()
                        + " when it was not its turn");
        };
    }

    private static boolean isOf(Step step, DhChapMessage message) {
        return step.transaction() == message.transaction();
    }

    private Step negotiated(Negotiate message) throws DhChapException {
        if (failures >= MOST_FAILURES) {
            throw new DhChapException(
                    DhChapException.FAILED,
                    "it failed " + MOST_FAILURES + " times on this queue; it has to connect anew");
        }
        if (message.concatenation() != 0) {
            throw new DhChapException(
                    DhChapException.CONCATENATION_MISMATCH,
                    "it wants TLS with a key made by authentication, which is not to be had here; connect it without");
        }
        DhChapHash hash = message.hashes().stream()
                .max(Comparator.naturalOrder())
                .orElseThrow(() -> new DhChapException(
                        DhChapException.HASH_NOT_USABLE, "it offers none of the hashes SHA-256, SHA-384 and SHA-512"));
        return new Negotiated(message.transaction(), hash, group(message.groups()));
    }

    /** The cheapest that is strong enough, but an exchange rather than none. */
    private DhGroup group(List<DhGroup> offered) throws DhChapException {
        List<DhGroup> allowed = offered.stream()
                .filter(group -> group.compareTo(keys.weakest()) >= 0)
                .sorted()
                .toList();
        return allowed.stream()
                .filter(group -> group != DhGroup.NULL)
                .findFirst()
                .or(() -> allowed.stream().findFirst())
                .orElseThrow(() -> new DhChapException(
                        DhChapException.GROUP_NOT_USABLE,
                        "it offers no group that is known here and at least as strong as " + keys.weakest()
                                + "; allow it a weaker one or update it"));
    }

    private ByteBuffer challenge(Negotiated negotiated) {
        DhChapHash hash = negotiated.hash();
        DhGroup group = negotiated.group();
        byte[] challenge = new byte[hash.length()];
        random.nextBytes(challenge);
        // A host may ask for freshness by numbers that are never 0 and never the same twice.
        sequence = sequence == -1 ? 1 : sequence + 1;
        Optional<DhKeyPair> keyPair =
                group == DhGroup.NULL ? Optional.empty() : Optional.of(DhKeyPair.generate(group, random));
        step = new Challenged(negotiated.transaction(), hash, group, challenge, sequence, keyPair);
        byte[] publicValue = keyPair.map(DhKeyPair::publicValue).orElse(NOTHING);
        return DhChapAnswer.challenge(negotiated.transaction(), hash, group, sequence, challenge, publicValue);
    }

    private Step replied(Challenged challenged, Reply reply) throws DhChapException {
        DhChapHash hash = challenged.hash();
        if (reply.response().length != hash.length()
                || reply.publicValue().length != challenged.group().length()) {
            throw new DhChapException(
                    DhChapException.INCORRECT_PAYLOAD,
                    "its Reply is not one of " + hash + " and " + challenged.group() + ", so it is broken or hostile");
        }
        byte[] shared = challenged.keyPair().isEmpty()
                ? NOTHING
                : challenged.keyPair().get().shared(reply.publicValue());
        DhChapProof proof = new DhChapProof(hash, shared, challenged.transaction(), hostNqn, subsystemNqn);
        byte[] expected = proof.ofHost(keys.host().keyOf(hostNqn), challenged.challenge(), challenged.sequence());
        if (!MessageDigest.isEqual(expected, reply.response())) {
            throw new DhChapException(
                    DhChapException.FAILED, "its secret is another one than was expected; give both the same");
        }
        if (reply.challenge().isEmpty()) {
            return new Proved(challenged.transaction(), hash, Optional.empty());
        }
        byte[] challenge = reply.challenge().get();
        DhChapSecret own = keys.controller()
                .filter(_ -> !Arrays.equals(challenge, challenged.challenge()))
                .orElseThrow(() -> new DhChapException(
                        DhChapException.FAILED,
                        "it wants the subsystem to prove itself too, for which there is no secret; set one"));
        byte[] response = proof.ofController(own.keyOf(subsystemNqn), challenge, reply.sequence());
        return new Proved(challenged.transaction(), hash, Optional.of(response));
    }

    private ByteBuffer success1(Proved proved) {
        if (proved.response().isEmpty()) {
            step = succeeded();
            return DhChapAnswer.success1(proved.transaction(), proved.hash());
        }
        step = new Responded(proved.transaction());
        return DhChapAnswer.success1(proved.transaction(), proved.response().get());
    }

    private Step succeeded() {
        authenticated = true;
        failures = 0;
        return new Idle();
    }

    private Step givenUp(Failure2 failure) {
        failed("it gave up for its reason " + failure.explanation());
        return new Idle();
    }

    private ByteBuffer failure1(Failed failed) {
        step = new Idle();
        return DhChapAnswer.failure1(failed.transaction(), failed.explanation());
    }

    private void fail(int transaction, DhChapException reason) {
        failed(String.valueOf(reason.getMessage()));
        step = new Failed(transaction, reason.explanation());
    }

    private void failed(String sentence) {
        authenticated = false;
        failures = Math.min(failures, MOST_FAILURES) + 1;
        FAILURES.log(
                Level.WARNING,
                "host " + hostNqn + " did not authenticate with " + subsystemNqn + ": " + sentence,
                null);
    }

    private static DhChapException outOfOrder(String what) {
        return new DhChapException(
                DhChapException.INCORRECT_MESSAGE, "it sent " + what + ", so it is broken or hostile");
    }

    private static boolean isForUs(ByteBuffer sqe) {
        return sqe.getShort(41) == SPSP && Byte.toUnsignedInt(sqe.get(43)) == SECP;
    }

    /** TL or AL; unsigned. */
    private static int transferLength(ByteBuffer sqe) {
        return sqe.getInt(44);
    }

    /** What comes next; at which the host must not send anything else, but it may always give up. */
    private sealed interface Step {
        int transaction();

        /** Of what the host is to receive now, in bytes. */
        default int answerLength() {
            return 0;
        }
    }

    /** A Negotiate. */
    private record Idle() implements Step {
        @Override
        public int transaction() {
            return 0;
        }
    }

    /** The host receives our Challenge. */
    private record Negotiated(int transaction, DhChapHash hash, DhGroup group) implements Step {
        @Override
        public int answerLength() {
            return DhChapMessage.HEADER + hash.length() + group.length();
        }
    }

    /** A Reply. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Challenged(
            int transaction,
            DhChapHash hash,
            DhGroup group,
            byte[] challenge,
            int sequence,
            Optional<DhKeyPair> keyPair)
            implements Step {}

    /** The host receives our Success1, with our response if it asked for one. */
    private record Proved(int transaction, DhChapHash hash, Optional<byte[]> response) implements Step {
        @Override
        public int answerLength() {
            return DhChapMessage.HEADER + (response.isPresent() ? hash.length() : 0);
        }
    }

    /** A Success2. */
    private record Responded(int transaction) implements Step {}

    /** The host receives our Failure1. */
    private record Failed(int transaction, int explanation) implements Step {
        @Override
        public int answerLength() {
            return 8;
        }
    }
}
