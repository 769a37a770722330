package org.pullboot.oci;

import java.util.List;
import org.pullboot.image.ImageException;
import org.pullboot.image.Json;
import org.pullboot.pull.Text;

/**
 * What an image is made of (OCI image manifest, Docker image manifest version 2 schema 2).
 *
 * @param config its configuration
 * @param layers the lowest first
 */
record Manifest(Descriptor config, List<Descriptor> layers) {
    private static final int MOST_LAYERS = 512;

    Manifest {
        layers = List.copyOf(layers);
    }

    static Manifest parse(byte[] document) throws ImageException {
        Json json = Json.parse(document);
        Descriptor config = Descriptor.of(json.member("config"));
        List<Descriptor> layers = Descriptor.all(json.list("layers"));
        if (!MediaType.isConfig(config.mediaType())) {
            throw new ImageException("expected a container image, but it is something else of the type '"
                    + Text.shown(config.mediaType()) + "': name an image");
        }
        if (layers.size() > MOST_LAYERS) {
            throw new ImageException("the image has " + layers.size() + " layers, but at most " + MOST_LAYERS
                    + " are allowed: squash them");
        }
        for (Descriptor layer : layers) {
            if (!MediaType.isLayer(layer.mediaType())) {
                throw new ImageException("the image has a layer of the type '" + Text.shown(layer.mediaType())
                        + "', which is not known here: build it with layers of tar, gzip or zstd, not encrypted");
            }
        }
        return new Manifest(config, layers);
    }
}
