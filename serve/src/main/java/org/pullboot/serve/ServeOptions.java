package org.pullboot.serve;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pullboot.initrd.InitrdRequest;
import org.pullboot.openpgp.OpenPgpSigner;
import org.pullboot.uki.AuthenticodeSigner;
import org.pullboot.uki.PcrPolicySigner;

/**
 * What to serve, and how.
 *
 * @param paths directories, images, UKIs; at least one
 * @param listen where to listen; port 0 takes any free one
 * @param advertise the host in URLs; null for the address that is listened on, or this machine's first one when that is
 *     any
 * @param state the state directory; one server at a time
 * @param cache where what is expensive to make is kept
 * @param kernel a kernel's file for built UKIs; null to take the image's own, else this machine's
 * @param modules its modules; given exactly when the kernel is
 * @param stub the EFI stub; null for systemd-boot-efi's
 * @param commandLine words to be added to the kernel command line; empty for none
 * @param level zstd level of built initrds, 1 to 19
 * @param limits how much of itself the server gives away
 * @param disks how machines get their root as a disk over NVMe/TCP; null when they download it into RAM
 * @param signer signs built UKIs for Secure Boot; null when they are not signed
 * @param pcrSigner signs what the TPM of a machine will hold, for each profile of built UKIs; null when nobody does
 * @param listSigner signs the checksum lists; null when nobody does
 */
public record ServeOptions(
        List<Path> paths,
        InetSocketAddress listen,
        @Nullable String advertise,
        Path state,
        Path cache,
        @Nullable Path kernel,
        @Nullable Path modules,
        @Nullable Path stub,
        String commandLine,
        int level,
        ServerLimits limits,
        @Nullable DiskOptions disks,
        @Nullable AuthenticodeSigner signer,
        @Nullable PcrPolicySigner pcrSigner,
        @Nullable OpenPgpSigner listSigner) {
    /** The port of {@code mkosi serve}. */
    public static final int DEFAULT_PORT = 8081;

    /**
     * Copies the paths.
     *
     * @throws IllegalArgumentException when there are none, or a kernel comes without its modules
     */
    public ServeOptions {
        paths = List.copyOf(paths);
        if (paths.isEmpty()) {
            throw new IllegalArgumentException("nothing to serve: name a directory, an image or a UKI");
        }
        if ((kernel == null) != (modules == null)) {
            throw new IllegalArgumentException("a kernel and its modules belong together: give both or none");
        }
    }

    /** Serves these paths on every address, with everything else as usual. */
    public static ServeOptions of(List<Path> paths, Path state, Path cache) {
        return new ServeOptions(
                paths,
                new InetSocketAddress(DEFAULT_PORT),
                null,
                state,
                cache,
                null,
                null,
                null,
                "",
                InitrdRequest.DEFAULT_LEVEL,
                ServerLimits.defaults(),
                null,
                null,
                null,
                null);
    }

    /** The same, listening there. */
    public ServeOptions listeningOn(InetSocketAddress address) {
        return with(address, disks, signer, listSigner);
    }

    /** The same, with disks over NVMe/TCP. */
    public ServeOptions with(DiskOptions nvme) {
        return with(listen, nvme, signer, listSigner);
    }

    /** The same, with built UKIs signed for Secure Boot. */
    public ServeOptions signedBy(AuthenticodeSigner key) {
        return with(listen, disks, key, listSigner);
    }

    /** The same, with signed checksum lists. */
    public ServeOptions listsSignedBy(OpenPgpSigner key) {
        return with(listen, disks, signer, key);
    }

    private ServeOptions with(
            InetSocketAddress at,
            @Nullable DiskOptions nvme,
            @Nullable AuthenticodeSigner key,
            @Nullable OpenPgpSigner listKey) {
        return new ServeOptions(
                paths,
                at,
                advertise,
                state,
                cache,
                kernel,
                modules,
                stub,
                commandLine,
                level,
                limits,
                nvme,
                key,
                pcrSigner,
                listKey);
    }
}
