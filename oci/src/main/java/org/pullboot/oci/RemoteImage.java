package org.pullboot.oci;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.Compression;
import org.pullboot.image.ImageException;
import org.pullboot.image.Layer;
import org.pullboot.image.Sha256;
import org.pullboot.pull.Preflight;
import org.pullboot.pull.PullListener;
import org.pullboot.pull.PullProgress;

/** Downloads one image. Used once, by one thread. */
final class RemoteImage {
    private static final int DEEPEST = 4;
    private static final long INTERVAL = 250_000_000;

    private final Place place;
    private final Platform platform;
    private final PullListener listener;
    private final String name;
    private final long began = System.nanoTime();
    private long told = began;
    private long received;
    private long total;

    RemoteImage(Place place, Platform platform, PullListener listener, String name) {
        this.place = place;
        this.platform = platform;
        this.listener = listener;
        this.name = name;
    }

    /**
     * Downloads an image's layers.
     *
     * @param pin the digest that its manifest or index must have, if pinned
     * @param work an empty directory for the layers, which go once they were read
     * @param limit the most bytes to transfer
     */
    OciImage download(@Nullable Sha256 pin, Path work, long limit) throws IOException {
        Start start = place.start(listener);
        Sha256 digest = Sha256.of(Sha256.digester().digest(start.document()));
        boolean pinned = pin == null || pin.equals(digest);
        byte[] document = start.document();
        if (start.isIndex()) {
            Index index = Index.parse(document);
            Index tagged = place instanceof WebLayout ? index.tagged("") : index;
            for (int depth = 0; ; depth++) {
                Descriptor chosen = tagged.choose(platform);
                document = place.document(chosen, listener);
                Documents.check(chosen, document);
                digest = chosen.digest();
                pinned |= digest.equals(pin);
                if (!MediaType.isIndex(chosen.mediaType())) {
                    break;
                }
                if (depth == DEEPEST) {
                    throw new ImageException("an index leads to an index " + DEEPEST + " times: the image is refused");
                }
                tagged = Index.parse(document);
            }
        }
        if (!pinned) {
            throw new ImageException(place.shown() + " has " + digest + " but the boot command line pins " + pin
                    + ": it was changed since, pin what it is now or serve it again");
        }
        Manifest manifest = Manifest.parse(document);
        byte[] configuration = place.document(manifest.config(), listener);
        Documents.check(manifest.config(), configuration);
        ImageConfig config = ImageConfig.parse(configuration);
        return new OciImage(digest, config, layers(manifest, config, work, limit));
    }

    /** How many bytes of layers were received. */
    long received() {
        return received;
    }

    private List<Layer> layers(Manifest manifest, ImageConfig config, Path work, long limit) throws IOException {
        if (config.layers().size() != manifest.layers().size()) {
            throw new ImageException(
                    "the image's manifest has " + manifest.layers().size() + " layers, but its configuration "
                            + config.layers().size() + ": it is damaged");
        }
        for (Descriptor layer : manifest.layers()) {
            if (layer.size() > limit - total) {
                throw new ImageException(
                        "the image's layers have more than the " + limit + " bytes that may be transferred");
            }
            total += layer.size();
        }
        listener.begins(new Preflight(place.shown(), total, Compression.NONE, total, -1));
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < manifest.layers().size(); i++) {
            Descriptor layer = manifest.layers().get(i);
            // The same layer may be there twice, and each file goes once it was read.
            Path file = work.resolve(i + "-" + layer.digest().hex());
            place.download(layer, file, listener, this::count);
            layers.add(new LayerFile(file, layer, config.layers().get(i), true));
        }
        tell(System.nanoTime());
        return layers;
    }

    private void count(int bytes) {
        received += bytes;
        long now = System.nanoTime();
        if (now - told >= INTERVAL) {
            tell(now);
        }
    }

    private void tell(long now) {
        told = now;
        double seconds = Math.max(1, now - began) / 1e9;
        listener.progress(new PullProgress(name, received, total, (long) (received / seconds)));
    }
}
