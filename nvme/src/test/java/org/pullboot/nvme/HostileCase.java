package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * What tests of hostile hosts share: one target for the class, a well-behaved host beside, and at the end the question
 * whether anything was disturbed or is missing.
 *
 * <p>Reactions are written as {@code S(00f)}, completed with that status; {@code T(1@4)}, C2HTermReq with that fatal
 * error status and information; {@code X}, closed without a word. {@code HOSTILE.md} beside this class says which
 * test is about what.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class HostileCase {
    static final int SECTORS = (8 << 20) / 512;
    static final int READ_ONLY_SECTORS = (1 << 20) / 512;
    static final int WRITABLE = 1;
    static final int READ_ONLY = 2;

    private static final long CANARY = 0xca_4a47L;
    private static final Duration CLEANED_UP_WITHIN = Duration.ofSeconds(60);

    final MemoryDevice device = MemoryDevice.of(SECTORS * 512);
    private final MemoryDevice readOnly = MemoryDevice.readOnly(READ_ONLY_SECTORS * 512);
    private final HostileExports exports = new HostileExports(
            List.of(HostileExports.namespace(WRITABLE, device), HostileExports.namespace(READ_ONLY, readOnly)));
    private final NvmeTarget target;
    private final HostileCanary canary;
    private final long descriptorsBefore;
    private long hosts = 1;

    HostileCase() {
        try {
            target = NvmeTarget.start(options(TargetOptions.defaults()), exports, timeouts());
            InitiatorPlan plan =
                    InitiatorPlan.of(HostileExports.SUBSYSTEM, CANARY).withKeepAlive(60_000);
            exports.choose(plan.hostNqn(), List.of(HostileExports.namespace(1, MemoryDevice.of(1 << 20))));
            InitiatorAssociation.open(target.address(), plan).shutDown(); // all that is made at first use is there now
            await().atMost(CLEANED_UP_WITHIN).until(() -> exports.open() == 0);
            descriptorsBefore = descriptors();
            canary = new HostileCanary(target.address(), plan);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For a class that needs others. */
    TargetOptions options(TargetOptions defaults) {
        return defaults.listeningOn(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** For a class that cannot wait as long as hosts may. */
    Timeouts timeouts() {
        return Timeouts.defaults();
    }

    @BeforeAll
    void theCanarySings() {
        canary.listen();
    }

    @AfterAll
    void everythingIsAsItWas() throws IOException {
        try {
            try (InitiatorAssociation fresh = association()) {
                works(fresh.queue(1));
            }
            assertThat(canary.rounds()).isPositive();
            await().atMost(CLEANED_UP_WITHIN).untilAsserted(() -> {
                assertThat(exports.open()).as("exports that are open").isZero();
                assertThat(descriptors()).as("file descriptors").isLessThanOrEqualTo(descriptorsBefore);
                assertThat(leased()).as("bytes of leased buffers").isZero();
            });
        } finally {
            canary.close();
            target.close();
        }
    }

    /** Bytes that the target has leased for data on its way. */
    private long leased() {
        return target.pool().leased();
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(HostileCase::isSocket).count();
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    NvmeTarget target() {
        return target;
    }

    InetSocketAddress address() {
        return target.address();
    }

    HostileExports exports() {
        return exports;
    }

    /** A host that nobody has been before: two queues of 15 commands. */
    InitiatorPlan plan() {
        return InitiatorPlan.of(HostileExports.SUBSYSTEM, hosts++)
                .withQueues(2, 16)
                .withKeepAlive(60_000);
    }

    InitiatorAssociation association() throws IOException {
        return InitiatorAssociation.open(address(), plan());
    }

    InitiatorAssociation association(InitiatorOptions options) throws IOException {
        return InitiatorAssociation.open(address(), plan().withOptions(options));
    }

    InitiatorConnection raw() throws IOException {
        return InitiatorConnection.raw(address());
    }

    InitiatorConnection initialised() throws IOException {
        return InitiatorConnection.open(address(), InitiatorOptions.PLAIN);
    }

    /** How the target ends that connection, where it must. */
    static String end(InitiatorConnection connection) throws IOException {
        InitiatorPdu pdu = connection.next();
        if (pdu == null) {
            return "X";
        }
        InitiatorViolation.unless(pdu.type() == InitiatorPdu.C2H_TERM_REQ, "the connection should end, not: %s", pdu);
        String end = describe(pdu);
        connection.send(new byte[100_000]); // it goes on reading, so that the host gets to see the termination
        connection.socket().finish();
        InitiatorViolation.unless(connection.next() == null, "more came after C2HTermReq");
        return end;
    }

    /** How the target ends a connection on which that was sent. */
    static String endAfter(InitiatorConnection connection, byte... bytes) throws IOException {
        connection.send(bytes);
        return end(connection);
    }

    static String endAfter(InitiatorConnection connection, InitiatorFrame frame) throws IOException {
        return endAfter(connection, frame.bytes());
    }

    private static String describe(InitiatorPdu termination) {
        return "T(%d@%d)".formatted(termination.u16(8), termination.u32(10));
    }

    /** How the target answers a command. */
    interface Attempt {
        InitiatorCommand run() throws IOException;
    }

    static String reaction(Attempt attempt) throws IOException {
        try {
            return "S(%03x)".formatted(attempt.run().code());
        } catch (InitiatorTermination e) {
            return "T(%d@%d)".formatted(e.status(), e.information());
        } catch (EOFException e) {
            return "X";
        }
    }

    /** Reads and writes on that queue are as they should be. */
    void works(InitiatorQueue queue) throws IOException {
        byte[] content = new byte[4096];
        new InitiatorPattern(hosts).fill(ByteBuffer.wrap(content), hosts, 1);
        long block = SECTORS - 8;
        assertThat(queue.executeInCapsule(InitiatorSqe.write(WRITABLE, block, 8), content)
                        .succeeded())
                .isTrue();
        assertThat(queue.executeOnDemand(InitiatorSqe.write(WRITABLE, block, 8), content)
                        .succeeded())
                .isTrue();
        assertThat(queue.execute(InitiatorSqe.read(WRITABLE, block, 8), 4096).data())
                .isEqualTo(content);
    }

    static byte[] bytes(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
