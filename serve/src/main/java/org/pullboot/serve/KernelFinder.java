package org.pullboot.serve;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.pullboot.initrd.InitrdException;
import org.pullboot.initrd.KernelTree;

/** Finds the kernel that an image is booted with: the one that was named, else the image's own, else this machine's. */
final class KernelFinder {
    /**
     * A kernel.
     *
     * @param tree its file and modules
     * @param fromImage whether the image has its modules, so that they need not be sent beside it
     */
    record Found(KernelTree tree, boolean fromImage) {}

    private static final int KEPT = 4;

    private final ServeOptions options;
    private final Events events;
    private final ImageKernels images;

    KernelFinder(ServeOptions options, Events events, Clock clock) {
        this.options = options;
        this.events = events;
        this.images = new ImageKernels(new CacheEntries(options.cache().resolve("kernels"), KEPT, clock), events);
    }

    /**
     * The kernel for an image.
     *
     * @param measure of the image: its digest names what was taken out of it before
     * @throws ServeException when there is none
     */
    Found find(Candidate image, Measure measure) throws IOException {
        Path kernel = options.kernel();
        Path modules = options.modules();
        if (kernel != null && modules != null) {
            return new Found(KernelTree.of(kernel, modules), false);
        }
        String why;
        try {
            return new Found(images.of(image, measure), true);
        } catch (IOException e) {
            why = e instanceof InitrdException ? "it holds none" : e.getMessage();
        }
        try {
            KernelTree host = KernelTree.inRoot(Path.of("/"), Optional.empty());
            events.tell(new ServeEvent.Preparing(
                    image.name() + " is booted with this machine's kernel " + host.version() + ", since " + why));
            return new Found(host, false);
        } catch (InitrdException e) {
            throw new ServeException(
                    "there is no kernel to boot " + image.name() + " with (" + why
                            + ", and this machine has none): name one with --kernel FILE --modules DIR",
                    e);
        }
    }
}
