package org.pullboot.fleet;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step of a boot.
 *
 * @param stage {@code firmware}, or a stage of the agent's
 * @param at when the server learnt of it
 * @param millis milliseconds since the machine's kernel started; negative when it did not say
 * @param message one sentence for a person; null when there is none
 */
public record BootStage(
        String stage, Instant at, long millis, @Nullable String message) {}
