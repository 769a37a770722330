package org.pullboot.vm;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files that QEMU opens for one run beside those that the options name.
 *
 * @param code the firmware's program; null when QEMU loads a kernel itself
 * @param variables the machine's own variable store; null when QEMU loads a kernel itself
 * @param tpm the socket of the TPM; null for none
 */
record RunFiles(
        @Nullable Path code,
        @Nullable Path variables,
        @Nullable Path tpm) {}
