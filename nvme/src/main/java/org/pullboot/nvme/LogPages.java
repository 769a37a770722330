package org.pullboot.nvme;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;

/** The logs of a controller with namespaces (NVM Express Base 2.0, 5.16.1). */
final class LogPages {
    static final int SUPPORTED_PAGES = 0x00;
    static final int ERRORS = 0x01;
    static final int HEALTH = 0x02;
    static final int FIRMWARE_SLOTS = 0x03;
    static final int CHANGED_NAMESPACES = 0x04;
    static final int COMMAND_EFFECTS = 0x05;
    static final int DISCOVERY = 0x70;

    /** Entries of {@link #ERRORS}. */
    static final int ERROR_ENTRIES = 64;

    private static final int ERROR_ENTRY_BYTES = 64;
    private static final int PAGE_BYTES = 4096;
    private static final int HALF_KIB = 512;

    private static final int SUPPORTED = 1;
    private static final int CHANGES_BLOCKS = 1 << 1;

    /** 25 °C in Kelvin: there is no sensor, and a host that watches one must not be alarmed. */
    private static final int ROOM_TEMPERATURE = 298;

    private static final int THOUSAND_SECTORS = 512_000;

    private LogPages() {}

    /** Which logs there are. */
    static ByteBuffer supportedPages() {
        ByteBuffer log = Structure.ofBytes(1024);
        for (int page : List.of(SUPPORTED_PAGES, ERRORS, HEALTH, FIRMWARE_SLOTS, CHANGED_NAMESPACES, COMMAND_EFFECTS)) {
            log.putInt(page * Integer.BYTES, SUPPORTED);
        }
        return log;
    }

    /** No error: each command's status says all that is known. */
    static ByteBuffer errors() {
        return Structure.ofBytes(ERROR_ENTRIES * ERROR_ENTRY_BYTES);
    }

    /** The state of a disk that does not wear, and what went through this controller. */
    static ByteBuffer health(IoCounters counters) {
        ByteBuffer log = Structure.ofBytes(HALF_KIB);
        log.putShort(1, (short) ROOM_TEMPERATURE);
        // Available spare and its threshold, in per cent.
        log.put(3, (byte) 100);
        log.put(4, (byte) 10);
        log.putLong(32, Math.ceilDiv(counters.readBytes(), THOUSAND_SECTORS));
        log.putLong(48, Math.ceilDiv(counters.writeBytes(), THOUSAND_SECTORS));
        log.putLong(64, counters.readCommands());
        log.putLong(80, counters.writeCommands());
        log.putLong(160, counters.mediaErrors());
        return log;
    }

    /** The first slot is active and holds the only revision. */
    static ByteBuffer firmwareSlots(SubsystemIdentity identity) {
        ByteBuffer log = Structure.ofBytes(HALF_KIB);
        log.put(0, (byte) 1);
        Structure.putText(log, 8, 8, identity.firmware(), ' ');
        return log;
    }

    /** Ids of namespaces, in ascending order. */
    static ByteBuffer changedNamespaces(Collection<Integer> ids) {
        ByteBuffer log = Structure.ofBytes(PAGE_BYTES);
        int at = 0;
        for (int id : ids) {
            log.putInt(at, id);
            at += Integer.BYTES;
        }
        return log;
    }

    /** What commands are there and whether they change blocks; admin commands first, I/O commands from byte 1024 on. */
    static ByteBuffer commandEffects() {
        ByteBuffer log = Structure.ofBytes(PAGE_BYTES);
        for (int opcode : List.of(
                AdminOpcode.GET_LOG_PAGE,
                AdminOpcode.IDENTIFY,
                AdminOpcode.ABORT,
                AdminOpcode.SET_FEATURES,
                AdminOpcode.GET_FEATURES,
                AdminOpcode.ASYNC_EVENT_REQUEST,
                AdminOpcode.KEEP_ALIVE)) {
            log.putInt(opcode * Integer.BYTES, SUPPORTED);
        }
        // Flush, Read, Compare and Verify; then Write, Write Zeroes and Dataset Management.
        for (int opcode : List.of(0x00, 0x02, 0x05, 0x0c)) {
            log.putInt(1024 + opcode * Integer.BYTES, SUPPORTED);
        }
        for (int opcode : List.of(0x01, 0x08, 0x09)) {
            log.putInt(1024 + opcode * Integer.BYTES, SUPPORTED | CHANGES_BLOCKS);
        }
        return log;
    }
}
