package org.pullboot.linux;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class SyscallTest {
    @Test
    void aRefusalNamesTheCallAndTheKernelsReason() {
        long result = Syscall.call(SyscallNumber.CLOSE, -1, 0, 0);

        assertThatThrownBy(() -> Syscall.check(result, "close descriptor -1"))
                .isInstanceOf(LinuxException.class)
                .hasMessage("close descriptor -1: Bad file descriptor (EBADF)")
                .extracting(e -> ((LinuxException) e).errno())
                .isEqualTo(Errno.EBADF);
    }
}
