package org.pullboot.nvme;

import java.nio.ByteBuffer;
import java.util.Set;

/**
 * Get Features and Set Features (NVM Express Base 2.0, 5.15 and 5.27). None can be saved.
 *
 * <p>One thread at a time executes commands; any may ask for the keep alive timeout.
 */
final class Features {
    private static final int ARBITRATION = 0x01;
    private static final int POWER_MANAGEMENT = 0x02;
    private static final int TEMPERATURE_THRESHOLD = 0x04;
    private static final int ERROR_RECOVERY = 0x05;
    private static final int VOLATILE_WRITE_CACHE = 0x06;
    private static final int NUMBER_OF_QUEUES = 0x07;
    private static final int WRITE_ATOMICITY = 0x0a;
    private static final int ASYNC_EVENTS = 0x0b;
    private static final int KEEP_ALIVE_TIMER = 0x0f;
    private static final int HOST_BEHAVIOUR = 0x16;
    private static final int HOST_IDENTIFIER = 0x81;

    private static final Set<Integer> OF_STORAGE = Set.of(
            ARBITRATION,
            POWER_MANAGEMENT,
            TEMPERATURE_THRESHOLD,
            ERROR_RECOVERY,
            VOLATILE_WRITE_CACHE,
            NUMBER_OF_QUEUES,
            WRITE_ATOMICITY,
            ASYNC_EVENTS,
            KEEP_ALIVE_TIMER,
            HOST_BEHAVIOUR,
            HOST_IDENTIFIER);
    private static final Set<Integer> OF_DISCOVERY = Set.of(ASYNC_EVENTS, KEEP_ALIVE_TIMER);

    private static final AdminReply INVALID_FIELD =
            AdminReply.failed(NvmeStatus.INVALID_FIELD | NvmeStatus.DO_NOT_RETRY);

    private static final int HOST_BEHAVIOUR_BYTES = 512;
    /** Errors of deallocated blocks, which are not offered, among the bits of error recovery. */
    private static final int DEALLOCATED_ERRORS = 1 << 16;

    private static final int UNDER_TEMPERATURE = 1 << 20;
    private static final int SENSOR = 0xf << 16;
    private static final int ALL_SENSORS = 0xf << 16;

    /** Milliseconds in KAS: the timeout is a multiple of them. */
    private static final long KEEP_ALIVE_UNIT = 1000;

    private static final long LONGEST_KEEP_ALIVE = 0xffff_ffffL;

    private final Host host;
    private final IoQueues queues;
    private final AsyncEvents events;
    private final Set<Integer> known;
    private int arbitration;
    private int errorRecovery;
    private int writeAtomicity;
    private int overTemperature;
    private int underTemperature;
    private byte[] hostBehaviour = {};
    private volatile long keepAliveMillis;

    private Features(Host host, IoQueues queues, AsyncEvents events, Set<Integer> known) {
        this.host = host;
        this.queues = queues;
        this.events = events;
        this.known = known;
        reset();
    }

    static Features ofStorage(Host host, IoQueues queues, AsyncEvents events) {
        return new Features(host, queues, events, OF_STORAGE);
    }

    static Features ofDiscovery(Host host, IoQueues queues, AsyncEvents events) {
        return new Features(host, queues, events, OF_DISCOVERY);
    }

    /** Back to what they were at first, except for the keep alive timeout, which belongs to the association. */
    void reset() {
        arbitration = 0;
        errorRecovery = 0;
        writeAtomicity = 0;
        overTemperature = IdentifyController.WARNING_TEMPERATURE;
        underTemperature = 0;
        hostBehaviour = new byte[0];
    }

    /** How long the host may be silent, in milliseconds; 0 for as long as it likes. */
    long keepAliveMillis() {
        return keepAliveMillis;
    }

    /** As Connect or Set Features says; not negative. Rounded up to whole seconds, as KAS announces. */
    void keepAliveMillis(long millis) {
        long rounded = (millis + KEEP_ALIVE_UNIT - 1) / KEEP_ALIVE_UNIT * KEEP_ALIVE_UNIT;
        keepAliveMillis = Math.min(rounded, LONGEST_KEEP_ALIVE);
    }

    AdminReply get(AdminCommand command) {
        int feature = command.dword(10) & 0xff;
        boolean current = ((command.dword(10) >> 8) & 7) == 0;
        if (!known.contains(feature) || !current) {
            return INVALID_FIELD;
        }
        if (!fitsNamespace(feature, command)) {
            return AdminReply.failed(NvmeStatus.FEATURE_NOT_NAMESPACE_SPECIFIC | NvmeStatus.DO_NOT_RETRY);
        }
        return switch (feature) {
            case ARBITRATION -> value(arbitration);
            case POWER_MANAGEMENT -> value(0);
            case TEMPERATURE_THRESHOLD -> temperature(command.dword(11));
            case ERROR_RECOVERY -> value(errorRecovery);
            case VOLATILE_WRITE_CACHE -> value(1);
            case NUMBER_OF_QUEUES -> value(grantedQueues());
            case WRITE_ATOMICITY -> value(writeAtomicity);
            case ASYNC_EVENTS -> value(events.configuration());
            case KEEP_ALIVE_TIMER -> value((int) keepAliveMillis);
            case HOST_BEHAVIOUR ->
                new AdminReply.Data(Structure.ofBytes(HOST_BEHAVIOUR_BYTES).put(0, hostBehaviour));
            case HOST_IDENTIFIER -> hostIdentifier(command.dword(11));
            default -> INVALID_FIELD;
        };
    }

    AdminReply set(AdminCommand command, ByteBuffer data) {
        int feature = command.dword(10) & 0xff;
        int wanted = command.dword(11);
        if (!known.contains(feature)) {
            return INVALID_FIELD;
        }
        boolean save = command.dword(10) < 0;
        if (save) {
            return AdminReply.failed(NvmeStatus.FEATURE_NOT_SAVEABLE | NvmeStatus.DO_NOT_RETRY);
        }
        if (!fitsNamespace(feature, command)) {
            return AdminReply.failed(NvmeStatus.FEATURE_NOT_NAMESPACE_SPECIFIC | NvmeStatus.DO_NOT_RETRY);
        }
        switch (feature) {
            case ARBITRATION -> arbitration = wanted;
            case POWER_MANAGEMENT -> {
                return okIf((wanted & 0x1f) == 0);
            }
            case TEMPERATURE_THRESHOLD -> {
                return setTemperature(wanted);
            }
            case ERROR_RECOVERY -> {
                if ((wanted & DEALLOCATED_ERRORS) != 0) {
                    return INVALID_FIELD;
                }
                errorRecovery = wanted & 0xffff;
            }
            case VOLATILE_WRITE_CACHE -> {
                // A host that wants none would believe that each write is durable.
                return okIf((wanted & 1) == 1);
            }
            case NUMBER_OF_QUEUES -> {
                return setQueues(wanted);
            }
            case WRITE_ATOMICITY -> writeAtomicity = wanted & 1;
            case ASYNC_EVENTS -> {
                return okIf(events.configure(wanted));
            }
            case KEEP_ALIVE_TIMER -> keepAliveMillis(Integer.toUnsignedLong(wanted));
            case HOST_BEHAVIOUR -> {
                return setHostBehaviour(data);
            }
            case HOST_IDENTIFIER -> {
                // It came with Connect, and must not change after it.
                return AdminReply.failed(NvmeStatus.COMMAND_SEQUENCE_ERROR | NvmeStatus.DO_NOT_RETRY);
            }
            default -> {
                return INVALID_FIELD;
            }
        }
        return AdminReply.success();
    }

    private static boolean fitsNamespace(int feature, AdminCommand command) {
        return feature == ERROR_RECOVERY || command.ofWholeController();
    }

    /** Submission queues in the lower half, completion queues in the upper, both less one. */
    private int grantedQueues() {
        int last = queues.granted() - 1;
        return (last << 16) | last;
    }

    private AdminReply setQueues(int wanted) {
        int submission = wanted & 0xffff;
        int completion = wanted >>> 16;
        if (submission == 0xffff || completion == 0xffff) {
            return INVALID_FIELD;
        }
        if (!queues.grant(Math.min(submission, completion) + 1)) {
            return AdminReply.failed(NvmeStatus.COMMAND_SEQUENCE_ERROR);
        }
        return value(grantedQueues());
    }

    private AdminReply temperature(int which) {
        if ((which & SENSOR) != 0) {
            return INVALID_FIELD;
        }
        return value((which & UNDER_TEMPERATURE) != 0 ? underTemperature : overTemperature);
    }

    private AdminReply setTemperature(int wanted) {
        int sensor = wanted & SENSOR;
        if (sensor != 0 && sensor != ALL_SENSORS) {
            return INVALID_FIELD;
        }
        if ((wanted & UNDER_TEMPERATURE) != 0) {
            underTemperature = wanted & 0xffff;
        } else {
            overTemperature = wanted & 0xffff;
        }
        return AdminReply.success();
    }

    private AdminReply hostIdentifier(int options) {
        boolean extended = (options & 1) != 0;
        if (!extended) {
            return INVALID_FIELD;
        }
        ByteBuffer id = Structure.ofBytes(16);
        Structure.putUuid(id, 0, host.id());
        return new AdminReply.Data(id);
    }

    private AdminReply setHostBehaviour(ByteBuffer data) {
        if (data.remaining() < HOST_BEHAVIOUR_BYTES) {
            return AdminReply.failed(NvmeStatus.SGL_DATA_LENGTH_INVALID | NvmeStatus.DO_NOT_RETRY);
        }
        byte[] wanted = new byte[HOST_BEHAVIOUR_BYTES];
        data.get(data.position(), wanted);
        // Retries after a delay are known; extended telemetry and extended formats are not.
        if (wanted[0] < 0 || wanted[0] > 1 || wanted[1] != 0 || wanted[2] != 0) {
            return INVALID_FIELD;
        }
        hostBehaviour = wanted;
        return AdminReply.success();
    }

    private static AdminReply okIf(boolean acceptable) {
        return acceptable ? AdminReply.success() : INVALID_FIELD;
    }

    private static AdminReply value(int value) {
        return new AdminReply.Done(NvmeStatus.SUCCESS, value & 0xffff_ffffL);
    }
}
