package org.pullboot.nvme;

import java.nio.ByteBuffer;

/** The data structure of Identify Controller (NVM Express Base 2.0, figure 275; its Fabrics part, figure 277). */
final class IdentifyController {
    static final int BYTES = 4096;

    /** Kelvin; a target has no sensor, but hosts want plausible limits. */
    static final int WARNING_TEMPERATURE = 0x157;

    private static final int CRITICAL_TEMPERATURE = 0x175;

    private static final int SERIAL = 4;
    private static final int MODEL = 24;
    private static final int FIRMWARE = 64;
    private static final int RECOMMENDED_ARBITRATION_BURST = 72;
    private static final int MULTI_PATH = 76;
    private static final int MAX_DATA = 77;
    private static final int CONTROLLER_ID = 78;
    private static final int VERSION = 80;
    private static final int OPTIONAL_EVENTS = 92;
    private static final int ATTRIBUTES = 96;
    private static final int CONTROLLER_TYPE = 111;
    private static final int ABORT_LIMIT = 258;
    private static final int EVENT_REQUEST_LIMIT = 259;
    private static final int FIRMWARE_UPDATES = 260;
    private static final int LOG_ATTRIBUTES = 261;
    private static final int ERROR_LOG_ENTRIES = 262;
    private static final int WARNING_AT = 266;
    private static final int CRITICAL_AT = 268;
    private static final int KEEP_ALIVE_SUPPORT = 320;
    private static final int SUBMISSION_ENTRY_SIZES = 512;
    private static final int COMPLETION_ENTRY_SIZES = 513;
    private static final int MAX_COMMANDS = 514;
    private static final int NAMESPACES = 516;
    private static final int OPTIONAL_COMMANDS = 520;
    private static final int WRITE_CACHE = 525;
    private static final int SGL_SUPPORT = 536;
    private static final int MAX_ALLOWED_NAMESPACES = 540;
    private static final int SUBSYSTEM_NQN = 768;
    private static final int COMMAND_CAPSULE = 1792;
    private static final int RESPONSE_CAPSULE = 1796;
    private static final int MAX_DESCRIPTORS = 1803;
    private static final int POWER_STATE_0 = 2048;

    private static final int SEVERAL_CONTROLLERS = 1 << 1;
    private static final int HOST_ID_128 = 1;
    private static final int TRAFFIC_KEEPS_ALIVE = 1 << 6;
    private static final int IO_CONTROLLER = 1;
    private static final int DISCOVERY_CONTROLLER = 2;
    private static final int ONE_READ_ONLY_SLOT = 3;
    private static final int EFFECTS_LOG = 1 << 1;
    private static final int EXTENDED_LOG_DATA = 1 << 2;
    private static final int COMPARE = 1;
    private static final int DATASET_MANAGEMENT = 1 << 2;
    private static final int WRITE_ZEROES = 1 << 3;
    private static final int VERIFY = 1 << 7;
    /** There is a cache that Flush writes out; Flush of all namespaces at once is not offered. */
    private static final int CACHE_WITHOUT_FLUSH_OF_ALL = 1 | (2 << 1);
    /** SGLs, no alignment asked for; offsets in capsules. */
    private static final int SGL_WITH_OFFSETS = 1 | (1 << 20);

    private IdentifyController() {}

    /** Of a controller with namespaces. */
    static ByteBuffer ofStorage(
            int controllerId, String subsystemNqn, SubsystemIdentity identity, ControllerLimits limits, int events) {
        ByteBuffer page = common(controllerId, subsystemNqn, identity, limits, events);
        page.put(CONTROLLER_TYPE, (byte) IO_CONTROLLER);
        page.put(RECOMMENDED_ARBITRATION_BURST, (byte) 6);
        page.put(MULTI_PATH, (byte) SEVERAL_CONTROLLERS);
        page.put(LOG_ATTRIBUTES, (byte) (EFFECTS_LOG | EXTENDED_LOG_DATA));
        page.put(FIRMWARE_UPDATES, (byte) ONE_READ_ONLY_SLOT);
        page.put(ERROR_LOG_ENTRIES, (byte) (LogPages.ERROR_ENTRIES - 1));
        page.putShort(WARNING_AT, (short) WARNING_TEMPERATURE);
        page.putShort(CRITICAL_AT, (short) CRITICAL_TEMPERATURE);
        page.putInt(NAMESPACES, Namespace.LAST_ID);
        page.putInt(MAX_ALLOWED_NAMESPACES, Namespace.LAST_ID);
        page.putShort(OPTIONAL_COMMANDS, (short) (COMPARE | DATASET_MANAGEMENT | WRITE_ZEROES | VERIFY));
        page.put(WRITE_CACHE, (byte) CACHE_WITHOUT_FLUSH_OF_ALL);
        // 25 W, in units of 10 mW: some hosts take a controller without power for a broken one.
        page.putShort(POWER_STATE_0, (short) 2500);
        return page;
    }

    /** Of a discovery controller. */
    static ByteBuffer ofDiscovery(int controllerId, SubsystemIdentity identity, ControllerLimits limits, int events) {
        ByteBuffer page = common(controllerId, DiscoveryService.NQN, identity, limits, events);
        page.put(CONTROLLER_TYPE, (byte) DISCOVERY_CONTROLLER);
        page.put(LOG_ATTRIBUTES, (byte) EXTENDED_LOG_DATA);
        return page;
    }

    private static ByteBuffer common(
            int controllerId, String subsystemNqn, SubsystemIdentity identity, ControllerLimits limits, int events) {
        ByteBuffer page = Structure.ofBytes(BYTES);
        Structure.putText(page, SERIAL, 20, identity.serial(), ' ');
        Structure.putText(page, MODEL, 40, identity.model(), ' ');
        Structure.putText(page, FIRMWARE, 8, identity.firmware(), ' ');
        page.put(MAX_DATA, (byte) limits.maxDataExponent());
        page.putShort(CONTROLLER_ID, (short) controllerId);
        page.putInt(VERSION, ControllerProperties.VERSION);
        page.putInt(OPTIONAL_EVENTS, events);
        page.putInt(ATTRIBUTES, HOST_ID_128 | TRAFFIC_KEEPS_ALIVE);
        page.put(ABORT_LIMIT, (byte) (limits.aborts() - 1));
        page.put(EVENT_REQUEST_LIMIT, (byte) (limits.asyncEvents() - 1));
        // 1 s, in units of 100 ms.
        page.putShort(KEEP_ALIVE_SUPPORT, (short) 10);
        page.put(SUBMISSION_ENTRY_SIZES, (byte) 0x66);
        page.put(COMPLETION_ENTRY_SIZES, (byte) 0x44);
        page.putShort(MAX_COMMANDS, (short) Math.min(limits.queueEntries(), 0xffff));
        page.putInt(SGL_SUPPORT, SGL_WITH_OFFSETS);
        Structure.putText(page, SUBSYSTEM_NQN, 256, subsystemNqn, '\0');
        page.putInt(COMMAND_CAPSULE, limits.capsuleUnits());
        page.putInt(RESPONSE_CAPSULE, 1);
        page.put(MAX_DESCRIPTORS, (byte) 1);
        return page;
    }
}
