package org.pullboot.serve;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.pullboot.image.Compression;
import org.pullboot.image.ImageKind;
import org.pullboot.image.LayerStack;
import org.pullboot.image.Sha256;
import org.pullboot.image.TarLimits;
import org.pullboot.image.ZstdOutputStream;
import org.pullboot.linux.FileHandle;
import org.pullboot.oci.LocalPlace;
import org.pullboot.oci.OciImage;

/**
 * Makes one tar archive of the layers of each container image, once: it is kept in the cache under the image's digest.
 * One thread at a time.
 */
final class ContainerImages {
    private static final String FORM = "1";
    private static final int LEVEL = 3;
    private static final int MOST_WORKERS = 4;
    private static final int BUFFER = 1 << 20;

    private final CacheEntries cache;
    private final MeasureCache measures;
    private final Events events;
    private final boolean anyInit;

    /**
     * @param anyInit whether the command line names an init of its own, so that the usual ones are not looked for
     */
    ContainerImages(CacheEntries cache, MeasureCache measures, Events events, boolean anyInit) {
        this.cache = cache;
        this.measures = measures;
        this.events = events;
        this.anyInit = anyInit;
    }

    /**
     * The archive of an image.
     *
     * @param image a layout's index.json or an archive of a layout
     * @throws IOException when the image is damaged or cannot boot a machine; the message says why
     */
    Candidate flattened(Candidate image, LocalPlace place) throws IOException {
        Path work = Files.createTempDirectory(cache.place("."), ".layers-");
        try {
            Path entry;
            if (Files.isDirectory(place.path())) {
                // Its blobs are named by their digests, so the image's own stands for all of it.
                OciImage found = place.image(work, TarLimits.DEFAULT_BYTES);
                entry = cache.place(key(found.digest().hex()));
                make(found, image, work, entry);
            } else {
                entry = cache.place(key(digest(image).hex() + " " + place.tag()));
                if (Files.notExists(entry)) {
                    Path unpacked = Files.createDirectory(work.resolve("archive"));
                    events.tell(new ServeEvent.Preparing(
                            "unpacking the layers of " + place.path().getFileName()));
                    make(place.image(unpacked, TarLimits.DEFAULT_BYTES), image, work, entry);
                }
            }
            cache.used(entry);
            return new Candidate(
                    image.name(), entry.resolve("image.tar.zst"), Compression.ZSTD, new ImageKind.Tar(), false);
        } finally {
            CacheEntries.delete(work);
            cache.tidy();
        }
    }

    private void make(OciImage found, Candidate image, Path work, Path entry) throws IOException {
        if (Files.exists(entry)) {
            return;
        }
        events.tell(new ServeEvent.Preparing("making one archive of the layers of " + image.name()));
        LayerStack stack = found.stack(TarLimits.forRoot(TarLimits.DEFAULT_BYTES));
        if (!anyInit && !OciImage.hasInit(stack)) {
            throw new ServeException(found.initMissing(image.name()).replace("init=", "--cmdline init=PROGRAM"));
        }
        Path made = Files.createDirectory(work.resolve("made"));
        int workers = Math.min(MOST_WORKERS, Runtime.getRuntime().availableProcessors());
        try (OutputStream out = new BufferedOutputStream(
                new ZstdOutputStream(Files.newOutputStream(made.resolve("image.tar.zst")), LEVEL, workers), BUFFER)) {
            stack.write(out);
        }
        Files.move(made, entry, StandardCopyOption.ATOMIC_MOVE);
    }

    private Sha256 digest(Candidate image) throws IOException {
        Candidate file = new Candidate(image.name(), image.path(), Compression.NONE, image.kind(), false);
        try (FileHandle handle = FileHandle.open(image.path())) {
            return measures.measure(file, handle, false).digest();
        }
    }

    private String key(String image) {
        byte[] text = (FORM + " " + image + (anyInit ? " any" : "")).getBytes(StandardCharsets.UTF_8);
        return Sha256.of(Sha256.digester().digest(text)).hex().substring(0, 32);
    }
}
