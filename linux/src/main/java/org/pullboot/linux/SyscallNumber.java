package org.pullboot.linux;

/** The system calls that Pullboot makes, numbered for x86-64 (syscalls(2)) and for arm64 (the generic table). */
enum SyscallNumber {
    ADD_KEY(248, 217),
    BIND(49, 200),
    CHDIR(80, 49),
    CHROOT(161, 51),
    CLOSE(3, 57),
    CLOSE_RANGE(436, 436),
    DUP3(292, 24),
    EXECVE(59, 221),
    FALLOCATE(285, 47),
    FCHMOD(91, 52),
    FCHMODAT(268, 53),
    FCHOWN(93, 55),
    FCHOWNAT(260, 54),
    FCNTL(72, 25),
    FDATASYNC(75, 83),
    FINIT_MODULE(313, 273),
    FLOCK(73, 32),
    FSETXATTR(190, 7),
    FSYNC(74, 82),
    FTRUNCATE(77, 46),
    GETDENTS64(217, 61),
    IOCTL(16, 29),
    LGETXATTR(192, 9),
    LINKAT(265, 37),
    LLISTXATTR(195, 12),
    LSETXATTR(189, 6),
    LSEEK(8, 62),
    MINCORE(27, 232),
    MKDIRAT(258, 34),
    MKNODAT(259, 33),
    MOUNT(165, 40),
    OPENAT(257, 56),
    OPENAT2(437, 437),
    PPOLL(271, 73),
    PREAD64(17, 67),
    PREADV2(327, 286),
    PWRITE64(18, 68),
    READ(0, 63),
    REBOOT(169, 142),
    RECVFROM(45, 207),
    RENAMEAT2(316, 276),
    RT_SIGPROCMASK(14, 135),
    SCHED_SETATTR(314, 274),
    SENDTO(44, 206),
    SETSOCKOPT(54, 208),
    SOCKET(41, 198),
    STATX(332, 291),
    SYMLINKAT(266, 36),
    SYNC(162, 81),
    SYNCFS(306, 267),
    UMASK(95, 166),
    UMOUNT2(166, 39),
    UNLINKAT(263, 35),
    UTIMENSAT(280, 88),
    WRITE(1, 64);

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
