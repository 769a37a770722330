package org.pullboot.oci;

import java.io.IOException;
import java.util.List;
import org.pullboot.image.Layer;
import org.pullboot.image.LayerStack;
import org.pullboot.image.Sha256;
import org.pullboot.image.TarLimits;

/**
 * A container image whose layers are here.
 *
 * @param digest that stands for all of it: of its manifest, of what "docker save" made of its configuration
 * @param config how a container of it is run
 * @param layers the lowest first
 */
public record OciImage(Sha256 digest, ImageConfig config, List<Layer> layers) {
    /** Where an init is in images that boot. */
    private static final List<String> INITS =
            List.of("/sbin/init", "/usr/lib/systemd/systemd", "/lib/systemd/systemd", "/init", "/bin/init");

    /** Copies the list. */
    public OciImage {
        layers = List.copyOf(layers);
    }

    /**
     * Reads all layers for their names.
     *
     * @param limits for all layers together
     * @throws org.pullboot.image.ImageException when they are damaged, over a limit, or do not belong together
     */
    public LayerStack stack(TarLimits limits) throws IOException {
        LayerStack stack = new LayerStack(limits);
        for (Layer layer : layers) {
            stack.add(layer);
        }
        return stack;
    }

    /**
     * Whether there is a program in an image that can be the first process of a machine.
     *
     * @param stack of its layers
     */
    public static boolean hasInit(LayerStack stack) throws IOException {
        for (String path : INITS) {
            if (stack.hasFile(path)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Why an image without an init cannot boot a machine, and what to do.
     *
     * @param name of the image
     */
    public String initMissing(String name) {
        String program = config.program();
        return name + " is a container image without an init" + (program.isEmpty() ? "" : " (it runs " + program + ")")
                + ", so that no machine can boot it: add systemd-sysv, or name a program with init=";
    }
}
