package org.pullboot.fleet;

import org.jspecify.annotations.Nullable;

/**
 * What a machine says of its boot.
 *
 * @param boot the id that the plan gave; null when there was no plan
 * @param machine who says so
 * @param address where from
 * @param stage what it does now
 * @param millis milliseconds since its kernel started; negative when it did not say
 * @param message one sentence for a person; null when there is none
 */
public record StageReport(
        @Nullable String boot,
        MachineName machine,
        String address,
        String stage,
        long millis,
        @Nullable String message) {}
