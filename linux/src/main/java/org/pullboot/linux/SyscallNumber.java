package org.pullboot.linux;

/** The system calls that Pullboot makes, numbered for x86-64 (syscalls(2)) and for arm64 (the generic table). */
enum SyscallNumber {
    CHDIR(80, 49),
    CHROOT(161, 51),
    CLOSE(3, 57),
    CLOSE_RANGE(436, 436),
    EXECVE(59, 221),
    FCNTL(72, 25),
    FINIT_MODULE(313, 273),
    IOCTL(16, 29),
    SOCKET(41, 198),
    SENDTO(44, 206),
    RECVFROM(45, 207),
    BIND(49, 200),
    SETSOCKOPT(54, 208),
    PPOLL(271, 73),
    MOUNT(165, 40),
    OPENAT(257, 56),
    REBOOT(169, 142),
    RT_SIGPROCMASK(14, 135),
    STATX(332, 291),
    SYNC(162, 81),
    UMASK(95, 166),
    UMOUNT2(166, 39);

    private static final boolean ARM64 = "aarch64".equals(System.getProperty("os.arch"));

    private final int x8664;
    private final int arm64;

    SyscallNumber(int x8664, int arm64) {
        this.x8664 = x8664;
        this.arm64 = arm64;
    }

    int value() {
        return ARM64 ? arm64 : x8664;
    }
}
