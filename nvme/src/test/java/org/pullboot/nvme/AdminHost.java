package org.pullboot.nvme;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A host that speaks to a controller without a network: makes commands, and keeps the answers. */
final class AdminHost implements ControllerEvents {
    static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    static final String NQN = "nqn.2014-08.org.nvmexpress:uuid:00112233-4455-6677-8899-aabbccddeeff";
    static final String SUBSYSTEM = "nqn.2026-01.org.pullboot:image";
    static final Host HOST = new Host(NQN, ID, InetAddress.getLoopbackAddress());

    /** IOSQES 6, IOCQES 4, EN. */
    static final int CC_ENABLED = 0x0046_0001;

    static final ByteBuffer NO_DATA = ByteBuffer.allocate(0);

    final Controller controller;
    int drops;

    private AdminHost(FakeExport export, ControllerLimits limits) {
        controller = Controller.io(7, HOST, SUBSYSTEM, export, limits, this);
    }

    private AdminHost(DiscoveryService service, InetSocketAddress local) {
        controller = Controller.discovery(9, HOST, service, local, ControllerLimits.defaults(), this);
    }

    /** Not enabled yet. */
    static AdminHost fresh(FakeExport export) {
        return new AdminHost(export, ControllerLimits.defaults());
    }

    static AdminHost fresh(FakeExport export, ControllerLimits limits) {
        return new AdminHost(export, limits);
    }

    static AdminHost enabled(FakeExport export) {
        AdminHost host = fresh(export);
        host.setProperty(0x14, CC_ENABLED);
        return host;
    }

    static AdminHost enabledDiscovery(DiscoveryService service, InetSocketAddress local) {
        AdminHost host = new AdminHost(service, local);
        host.setProperty(0x14, CC_ENABLED);
        return host;
    }

    @Override
    public void dropIoQueues() {
        drops++;
    }

    /** A command with room for 1 MiB of data. */
    static ByteBuffer command(int opcode, int namespace, int... dwordsFrom10) {
        ByteBuffer entry = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        entry.put(0, (byte) opcode);
        entry.put(1, (byte) 0x40);
        entry.putShort(2, (short) 0x1234);
        entry.putInt(4, namespace);
        entry.putInt(32, 1 << 20);
        for (int i = 0; i < dwordsFrom10.length; i++) {
            entry.putInt(40 + i * 4, dwordsFrom10[i]);
        }
        return entry;
    }

    /** All answers that a command has got so far; they grow when it is answered later. */
    List<AdminReply> send(ByteBuffer entry, ByteBuffer data) {
        List<AdminReply> replies = new ArrayList<>();
        controller.execute(entry, data, replies::add);
        return replies;
    }

    /** The one answer to a command, at once. */
    AdminReply ask(ByteBuffer entry) {
        List<AdminReply> replies = send(entry, NO_DATA);
        if (replies.size() != 1) {
            throw new AssertionError("one answer was expected, not " + replies);
        }
        return replies.getFirst();
    }

    AdminReply ask(int opcode, int namespace, int... dwordsFrom10) {
        return ask(command(opcode, namespace, dwordsFrom10));
    }

    /** The status of an answer without Do Not Retry. */
    static int status(AdminReply reply) {
        return switch (reply) {
            case AdminReply.Done done -> done.status() & 0x7ff;
            case AdminReply.Data data -> NvmeStatus.SUCCESS;
        };
    }

    int statusOf(int opcode, int namespace, int... dwordsFrom10) {
        return status(ask(opcode, namespace, dwordsFrom10));
    }

    /** The data of a command that must succeed. */
    ByteBuffer dataOf(int opcode, int namespace, int... dwordsFrom10) {
        if (ask(opcode, namespace, dwordsFrom10) instanceof AdminReply.Data(ByteBuffer content)) {
            return content.slice().order(ByteOrder.LITTLE_ENDIAN);
        }
        throw new AssertionError(
                String.format("data was expected, not status %03x", statusOf(opcode, namespace, dwordsFrom10)));
    }

    /** The result of a command that must succeed. */
    long resultOf(int opcode, int namespace, int... dwordsFrom10) {
        return result(ask(opcode, namespace, dwordsFrom10));
    }

    static long result(AdminReply reply) {
        if (reply instanceof AdminReply.Done(int status, long result) && status == NvmeStatus.SUCCESS) {
            return result;
        }
        throw new AssertionError("success was expected, not " + reply);
    }

    ByteBuffer identify(int structure, int namespace) {
        return dataOf(AdminOpcode.IDENTIFY, namespace, structure);
    }

    /** A log from its beginning; its event is read. */
    ByteBuffer log(int page, int bytes) {
        return dataOf(AdminOpcode.GET_LOG_PAGE, 0, page | ((bytes / 4 - 1) << 16));
    }

    long property(int offset) {
        return result(ask(propertyGet(offset, 0)));
    }

    static ByteBuffer propertyGet(int offset, int size) {
        return command(AdminOpcode.FABRICS, AdminOpcode.PROPERTY_GET, size, offset);
    }

    static ByteBuffer propertySet(int offset, int size, long value) {
        return command(AdminOpcode.FABRICS, AdminOpcode.PROPERTY_SET, size, offset, (int) value, (int) (value >>> 32));
    }

    AdminReply setProperty(int offset, long value) {
        return ask(propertySet(offset, 0, value));
    }

    /** Leaves a request for events; what it is told is added to the list. */
    List<AdminReply> awaitEvent() {
        return send(command(AdminOpcode.ASYNC_EVENT_REQUEST, 0), NO_DATA);
    }
}
