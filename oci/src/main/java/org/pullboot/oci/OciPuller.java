package org.pullboot.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.Compression;
import org.pullboot.image.ImageException;
import org.pullboot.image.LayerStack;
import org.pullboot.image.Sha256;
import org.pullboot.image.TarLimits;
import org.pullboot.image.TarSummary;
import org.pullboot.linux.Directory;
import org.pullboot.pull.PullException;
import org.pullboot.pull.PullListener;
import org.pullboot.pull.PullOptions;
import org.pullboot.pull.PullRequest;
import org.pullboot.pull.PullResult;
import org.pullboot.pull.PullType;
import org.pullboot.pull.ServerTrust;
import org.pullboot.pull.TreeInstallation;
import org.pullboot.pull.Verification;
import org.pullboot.pull.WebClient;

/**
 * Downloads container images and makes a root file system of each: what {@link org.pullboot.pull.Puller} does for single
 * files. Nothing is left behind on failure, and nothing has its final name before it is complete. Immutable; safe for
 * use from several threads.
 */
public final class OciPuller {
    private static final String FILE = "file:";

    private final WebClient client;

    /** Trusts the servers that are usually trusted. */
    public OciPuller(PullOptions options) {
        this(options, ServerTrust.USUAL);
    }

    /**
     * Downloads nothing yet.
     *
     * @param trust which servers https is spoken with
     */
    public OciPuller(PullOptions options, ServerTrust trust) {
        this.client = new WebClient(options, trust);
    }

    /**
     * Makes a download.
     *
     * @param request of the type {@link PullType#OCI}; its URLs are tried in their order: references to images at
     *     registries, layouts in web directories when they end with a slash, layouts and archives of this machine as
     *     {@code file:/PATH} or {@code file:/PATH:TAG}; its digest is that of the manifest or the index
     * @throws PullException when it cannot be had, is not what it must be, or cannot be written
     */
    public PullResult pull(PullRequest request, PullListener listener) throws PullException {
        if (request.type() != PullType.OCI) {
            throw new IllegalArgumentException("an image of the type " + request.type() + " is not made of layers");
        }
        StringBuilder reasons = new StringBuilder();
        IOException first = null;
        for (String url : request.urls()) {
            try {
                return pull(request, url, listener);
            } catch (IOException e) {
                first = first == null ? e : first;
                reasons.append(reasons.isEmpty() ? "" : "; ").append(sentence(e));
            }
        }
        throw new PullException(reasons.toString(), first == null ? new IOException("no URL") : first);
    }

    private static String sentence(IOException e) {
        String message = e.getMessage();
        return e instanceof PullException || e instanceof ImageException
                ? String.valueOf(message)
                : "cannot unpack the image: " + e;
    }

    private PullResult pull(PullRequest request, String url, PullListener listener) throws IOException {
        long began = System.nanoTime();
        try (TreeInstallation installation = TreeInstallation.begin(request, listener)) {
            Path layers = Files.createDirectory(installation.beside("layers"));
            RemoteImage remote = null;
            OciImage image;
            boolean pinned;
            String shown;
            if (url.startsWith(FILE)) {
                refuseSignature(request, false);
                LocalPlace place = LocalPlace.of(url.substring(FILE.length()));
                image = place.image(layers, request.unpackedLimit());
                shown = url;
                pinned = request.digest() != null;
                check(request.digest(), image.digest(), shown);
            } else {
                Place place = place(url);
                boolean byDigest =
                        place instanceof Registry && Reference.parse(url).digest() != null;
                refuseSignature(request, byDigest);
                remote = new RemoteImage(place, Platform.ofHost(), listener, request.name());
                image = remote.download(request.digest(), layers, request.transferLimit());
                shown = place.shown();
                pinned = byDigest || request.digest() != null;
            }
            TarLimits limits = TarLimits.forThisProcess(request.unpackedLimit());
            LayerStack stack = image.stack(limits);
            TarSummary summary;
            try (Directory directory = Directory.open(installation.tree())) {
                summary = stack.extract(directory);
            }
            installation.publish();
            return new PullResult(
                    request.destination(),
                    shown,
                    image.digest(),
                    remote == null ? 0 : remote.received(),
                    Compression.NONE,
                    summary.dataBytes(),
                    summary.dataBytes(),
                    pinned
                            ? PullResult.VerifiedBy.PIN
                            : request.verification() == Verification.CHECKSUM
                                    ? PullResult.VerifiedBy.CHECKSUM
                                    : PullResult.VerifiedBy.NOTHING,
                    false,
                    List.of(),
                    System.nanoTime() - began);
        }
    }

    private static void refuseSignature(PullRequest request, boolean byDigest) throws PullException {
        if (request.verification() == Verification.SIGNATURE && request.digest() == null && !byDigest) {
            throw new PullException("cannot pull " + request.name() + ": no signature tells whether an OCI image is the"
                    + " right one: pin it as in NAME@sha256:HEX, or use verify=checksum, which trusts the registry");
        }
    }

    private static void check(@Nullable Sha256 pin, Sha256 digest, String shown) throws ImageException {
        if (pin != null && !pin.equals(digest)) {
            throw new ImageException(shown + " has " + digest + " but " + pin + " is pinned: pin what it is now");
        }
    }

    private Place place(String url) throws PullException {
        boolean web = url.startsWith("http://") || url.startsWith("https://");
        return web && url.endsWith("/") ? new WebLayout(client, url) : new Registry(client, Reference.parse(url));
    }
}
