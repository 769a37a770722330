package org.pullboot.serve;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.pullboot.initrd.KernelTree;

/** Kernels taken out of images, kept by the image's digest. */
final class ImageKernels {
    private final Path cache;
    private final Events events;

    ImageKernels(Path cache, Events events) {
        this.cache = cache;
        this.events = events;
    }

    /**
     * The newest kernel in an image; empty when it has none.
     *
     * @throws IOException when the image cannot be read by this user; the message is half a sentence
     */
    Optional<KernelTree> of(Candidate image, Measure measure) throws IOException {
        return Optional.empty();
    }
}
