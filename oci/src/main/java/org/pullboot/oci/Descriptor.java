package org.pullboot.oci;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pullboot.image.ImageException;
import org.pullboot.image.Json;
import org.pullboot.image.Sha256;

/**
 * What leads to a blob (OCI image specification, "Content Descriptors").
 *
 * @param mediaType what it says it is
 * @param digest of the blob as it is stored
 * @param size of it in bytes
 * @param platform what the image behind it is for, when an index says so
 * @param name the tag or reference that a layout gives it, when it does
 */
record Descriptor(String mediaType, Sha256 digest, long size, Optional<Platform> platform, Optional<String> name) {
    private static final String REF_NAME = "org.opencontainers.image.ref.name";

    static Descriptor of(Json json) throws ImageException {
        Optional<Json> platform = json.find("platform");
        Optional<Json> annotations = json.find("annotations");
        return new Descriptor(
                json.text("mediaType"),
                Digests.parse(json.text("digest")),
                json.number("size"),
                platform.isEmpty() ? Optional.empty() : Optional.of(Platform.of(platform.get())),
                annotations.isEmpty() ? Optional.empty() : annotations.get().findText(REF_NAME));
    }

    static List<Descriptor> all(List<Json> items) throws ImageException {
        List<Descriptor> all = new ArrayList<>();
        for (Json item : items) {
            all.add(of(item));
        }
        return all;
    }
}
