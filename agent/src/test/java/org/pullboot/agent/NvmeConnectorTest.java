package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pullboot.linux.Errno;
import org.pullboot.pull.NvmeHost;
import org.pullboot.pull.NvmeOptions;

final class NvmeConnectorTest {
    private static final String OPTIONS =
            "instance=-1,cntlid=-1,transport=%s,traddr=%s,trsvcid=%s,nqn=%s,queue_size=%d,nr_io_queues=%d,"
                    + "reconnect_delay=%d,ctrl_loss_tmo=%d,keep_alive_tmo=%d,hostnqn=%s,host_traddr=%s,host_iface=%s,"
                    + "hostid=%s,duplicate_connect,disable_sqflow,hdr_digest,data_digest,nr_write_queues=%d,"
                    + "nr_poll_queues=%d,tos=%d,fast_io_fail_tmo=%d,discovery,dhchap_secret=%s,dhchap_ctrl_secret=%s";
    private static final String SECRET = "DHHC-1:01:S3VHa0pYc2VjcmV0:";
    private static final String UUID = "4c4c4544-0051-3510-8050-b4c04f4d4e32";

    private final List<String> told = new ArrayList<>();
    private final List<Long> pauses = new ArrayList<>();

    private static NvmeDisk disk(NvmeOptions options, @Nullable String secret) {
        return new NvmeDisk(
                "192.0.2.1",
                4420,
                "nqn.2026-01.org.pullboot:image",
                NvmeHost.of(UUID, ""),
                secret,
                secret,
                1,
                0,
                options);
    }

    private static NvmeDisk disk() {
        return disk(NvmeOptions.DEFAULT, null);
    }

    private static NvmeDoor.Answer.Refused refused(Errno error, String... log) {
        return new NvmeDoor.Answer.Refused(error, "connect: " + error.text(), List.of(log));
    }

    /** Gives these answers, the last one for ever. */
    private record Door(String options, List<String> lines, List<NvmeDoor.Answer> answers) implements NvmeDoor {
        Door(String options, NvmeDoor.Answer... answers) {
            this(options, new ArrayList<>(), List.of(answers));
        }

        @Override
        public Answer connect(String line) {
            lines.add(line);
            return answers.get(Math.min(lines.size(), answers.size()) - 1);
        }
    }

    private int connect(NvmeDisk disk, Door door) throws AgentException {
        return new NvmeConnector(door, reason -> told.add(reason.sentence()), pauses::add, new Random(1))
                .connect(disk, 8);
    }

    @Test
    void theLineHasAllThatARootNeeds() throws AgentException {
        Door door = new Door(OPTIONS, new NvmeDoor.Answer.Connected(3));

        assertThat(connect(disk(), door)).isEqualTo(3);
        assertThat(door.lines())
                .containsExactly("transport=tcp,traddr=192.0.2.1,trsvcid=4420,nqn=nqn.2026-01.org.pullboot:image,"
                        + "hostnqn=nqn.2014-08.org.nvmexpress:uuid:" + UUID + ",hostid=" + UUID
                        + ",ctrl_loss_tmo=-1,reconnect_delay=2,keep_alive_tmo=15,nr_io_queues=4,disable_sqflow");
        assertThat(told).isEmpty();
    }

    @Test
    void secretsAndDigestsAreInTheLineWhenTheyAreWanted() throws AgentException {
        Door door = new Door(OPTIONS, new NvmeDoor.Answer.Connected(0));
        NvmeDisk disk = disk(new NvmeOptions(true, true, 2), SECRET);
        connect(disk, door);

        assertThat(door.lines().getFirst())
                .endsWith(",nr_io_queues=2,disable_sqflow,hdr_digest,data_digest,dhchap_secret=" + SECRET
                        + ",dhchap_ctrl_secret=" + SECRET);
        assertThat(disk.toString()).doesNotContain("S3VHa0pYc2VjcmV0");
    }

    @Test
    void whatTheKernelDoesNotKnowIsLeftOutUnlessItIsNeeded() throws AgentException {
        Door old = new Door("transport=%s,traddr=%s,reconnect_delay=%d", new NvmeDoor.Answer.Connected(0));
        connect(disk(), old);

        assertThat(old.lines().getFirst())
                .endsWith(",reconnect_delay=2")
                .doesNotContain("ctrl_loss_tmo", "disable_sqflow");
        assertThatThrownBy(() -> connect(disk(NvmeOptions.DEFAULT, SECRET), old))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("cannot authenticate")
                .hasMessageNotContaining("DHHC");
        assertThatThrownBy(() -> connect(disk(new NvmeOptions(false, true, 0), null), old))
                .hasMessageContaining("data_digest");
    }

    @Test
    void aKernelThatDoesNotTellItsOptionsGetsAll() throws AgentException {
        Door door = new Door("", new NvmeDoor.Answer.Connected(0));
        connect(disk(), door);

        assertThat(door.lines().getFirst()).endsWith("disable_sqflow");
    }

    @Test
    void aServerThatIsAwayIsWaitedForAndEachReasonIsToldOnce() throws AgentException {
        List<NvmeDoor.Answer> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(refused(Errno.ECONNREFUSED, "nvme nvme0: failed to connect socket: -111"));
            answers.add(refused(Errno.ETIMEDOUT));
        }
        answers.add(new NvmeDoor.Answer.Connected(7));
        Door door = new Door(OPTIONS, answers.toArray(new NvmeDoor.Answer[0]));

        assertThat(connect(disk(), door)).isEqualTo(7);
        assertThat(told)
                .containsExactly(
                        "nothing listens at 192.0.2.1 port 4420 for NVMe/TCP: start the server of "
                                + "nqn.2026-01.org.pullboot:image there",
                        "192.0.2.1 port 4420 does not answer for NVMe/TCP (Connection timed out): is the server there, "
                                + "and does the network lead to it?");
        assertThat(pauses).hasSize(40).allMatch(millis -> millis >= 0 && millis <= 10_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nvme nvme0: Connect for subsystem nqn.x is not allowed, hostnqn: nqn.y | does not allow the host nqn.2014",
                "nvme nvme0: Connect Invalid Data Parameter, subsysnqn \"nqn.x\" | there is no nqn.2026-01.org.pullboot:image",
                "nvme nvme0: qid 0: no key | wants a secret",
                "nvme nvme0: Connect command failed: authentication required | wants a secret",
                "nvme nvme0: failed to connect queue: 0 ret=401 | wants a secret",
                "nvme nvme0: failed to connect queue: 0 ret=16772 | does not allow the host",
                "nvme nvme0: qid 0: authentication failed | authentication with nqn.2026-01.org.pullboot:image",
            })
    void aRefusalIsFinalWhenItIsRepeated(String log, String sentence) {
        Door door = new Door(
                OPTIONS,
                refused(
                        Errno.EIO,
                        "other: x",
                        "nvme nvme0: creating 1 I/O queues.",
                        log,
                        "nvme nvme0: failed to connect queue: 0 ret=-5",
                        "nvme nvme0: Removing ctrl: NQN \"nqn.x\""));

        assertThatThrownBy(() -> connect(disk(), door))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining(sentence)
                .hasMessageContaining("192.0.2.1 port 4420");
        assertThat(door.lines()).hasSize(3);
        assertThat(told).hasSize(1);
    }

    @Test
    void aKernelThatCannotAuthenticateIsNamedForIt() {
        Door door = new Door(OPTIONS, refused(Errno.EIO, "nvme nvme0: failed to connect queue: 0 ret=401"));

        assertThatThrownBy(() -> connect(disk(NvmeOptions.DEFAULT, SECRET), door))
                .hasMessageContaining("to authenticate, and this kernel cannot");
    }

    @Test
    void aServerThatRefusesWhileItStartsIsNoEnd() throws AgentException {
        NvmeDoor.Answer no = refused(Errno.EIO, "nvme nvme0: Connect Invalid Data Parameter, subsysnqn \"nqn.x\"");
        NvmeDoor.Answer away = refused(Errno.ECONNREFUSED);
        Door door = new Door(OPTIONS, no, no, away, no, no, new NvmeDoor.Answer.Connected(1));

        assertThat(connect(disk(), door)).isEqualTo(1);
    }

    @Test
    void whatTheKernelItselfRefusesIsFinalAtOnce() {
        Door door = new Door(OPTIONS, refused(Errno.EINVAL, "nvme_fabrics: unknown parameter 'x'"));

        assertThatThrownBy(() -> connect(disk(), door))
                .hasMessage("this kernel cannot connect to nqn.2026-01.org.pullboot:image: connect: Invalid argument "
                        + "(nvme_fabrics: unknown parameter 'x')");
        assertThat(door.lines()).hasSize(1);
    }

    @Test
    void secretsInTheKernelLogAreNotPassedOn() {
        Door door = new Door(OPTIONS, refused(Errno.EINVAL, "nvme_fabrics: Invalid secret DHHC-1:hush"));

        assertThatThrownBy(() -> connect(disk(), door)).hasMessageNotContaining("hush");
    }

    @Test
    void theKernelSaysWhichControllerThereIs() {
        assertThat(KernelNvmeDoor.answer("instance=12,cntlid=3")).isEqualTo(new NvmeDoor.Answer.Connected(12));
        assertThat(KernelNvmeDoor.answer("instance=-1,cntlid=-1")).isInstanceOf(NvmeDoor.Answer.Refused.class);
        assertThat(KernelNvmeDoor.answer("")).isInstanceOf(NvmeDoor.Answer.Refused.class);
        assertThat(KernelNvmeDoor.answer("instance=")).isInstanceOf(NvmeDoor.Answer.Refused.class);
    }
}
