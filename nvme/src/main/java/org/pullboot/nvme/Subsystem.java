package org.pullboot.nvme;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A subsystem as one controller shows it to its host. */
sealed interface Subsystem permits NvmSubsystem, DiscoverySubsystem {
    /** Whether it has this admin command. */
    boolean has(int opcode);

    /** Answers Identify. */
    AdminReply identify(AdminCommand command);

    /**
     * A log, whole. An event that it is about counts as read, unless the request retains it.
     *
     * @return null when there is no such log
     */
    @Nullable
    ByteBuffer log(LogRequest request);

    /** The controller starts; answers whether it can. */
    boolean enable();

    /** Makes durable what was written; answers whether it could. */
    boolean flush();

    /** The controller stops. */
    void disable();
}
