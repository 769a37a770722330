package org.pullboot.serve;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pullboot.nvme.TlsMode;

/**
 * How machines get their root file system as a disk over NVMe/TCP.
 *
 * @param listen where hosts connect; port 0 takes any free one
 * @param discovery where the discovery service listens beside that; empty for nowhere
 * @param persistence how long what a machine writes is kept
 * @param onNewImage what becomes of a kept volume when there is a newer image
 * @param requireBoot whether only machines that boot from here get a disk
 * @param hosts the hosts that may connect; null for all
 * @param tls whether hosts connect by TLS, with the secrets that the list has
 * @param authenticate whether a machine that boots from here proves who it is when it connects
 * @param ramFallback whether a machine that cannot connect may download the image instead
 * @param dataBytes size of the empty volume that each machine keeps beside its root, a multiple of 512; 0 for none
 * @param limitBytes how much one machine may write, in bytes; 0 for as much as there is room for
 */
public record DiskOptions(
        InetSocketAddress listen,
        Optional<InetSocketAddress> discovery,
        Persistence persistence,
        OnNewImage onNewImage,
        boolean requireBoot,
        @Nullable HostList hosts,
        TlsMode tls,
        boolean authenticate,
        boolean ramFallback,
        long dataBytes,
        long limitBytes) {
    private static final int SECTOR = 512;

    /** How long what a machine writes is kept. */
    public enum Persistence {
        /** Until its boot ends. */
        NONE,
        /** From boot to boot. */
        MACHINE
    }

    /** What becomes of a kept volume when a machine boots and there is a newer image. */
    public enum OnNewImage {
        /** It stays over the image that it was made over. */
        KEEP,
        /** It is thrown away: the machine starts from the newer image. */
        RESET,
        /** It stays, and the server says how to throw it away. */
        ASK
    }

    /** The most bytes that the writes to one volume may take. */
    long limit() {
        return limitBytes == 0 ? Long.MAX_VALUE : limitBytes;
    }

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when one is negative or not whole sectors
     */
    public DiskOptions {
        if (dataBytes < 0 || dataBytes % SECTOR != 0) {
            throw new IllegalArgumentException(
                    "the size of a data volume is a multiple of " + SECTOR + " bytes, not " + dataBytes);
        }
        if (tls != TlsMode.OFF && hosts == null) {
            throw new IllegalArgumentException("TLS needs the hosts' secrets: name a file that has them with --hosts");
        }
        if (limitBytes < 0) {
            throw new IllegalArgumentException("a volume's limit is 0 or more bytes, not " + limitBytes);
        }
    }
}
