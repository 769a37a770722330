package org.pullboot.oci;

import java.util.ArrayList;
import java.util.List;
import org.pullboot.image.ImageException;
import org.pullboot.image.Json;
import org.pullboot.pull.Text;

/**
 * A list of images (OCI image index, Docker manifest list): those of a layout, or one image for several platforms.
 *
 * @param manifests in their order
 */
record Index(List<Descriptor> manifests) {
    Index {
        manifests = List.copyOf(manifests);
    }

    static Index parse(byte[] document) throws ImageException {
        return new Index(Descriptor.all(Json.parse(document).list("manifests")));
    }

    /**
     * The image of a tag; without one the only one there is, or the one named "latest".
     *
     * @param tag empty for none
     */
    Index tagged(String tag) throws ImageException {
        List<Descriptor> found = new ArrayList<>();
        StringBuilder names = new StringBuilder();
        boolean several = false;
        for (Descriptor each : manifests) {
            String name = each.name().orElse("");
            several |= !each.name().equals(manifests.getFirst().name());
            if (name.equals(tag) || name.endsWith(":" + tag)) {
                found.add(each);
            }
            names.append(names.isEmpty() ? "" : ", ").append(name.isEmpty() ? "(no name)" : Text.shown(name));
        }
        if (!tag.isEmpty() && found.isEmpty()) {
            throw new ImageException("there is no image named '" + Text.shown(tag) + "', there is only "
                    + (names.isEmpty() ? "nothing" : names) + ": name one of them");
        }
        if (!tag.isEmpty()) {
            return new Index(found);
        }
        if (!several) {
            return this;
        }
        boolean clear = true;
        for (Descriptor each : manifests) {
            String name = each.name().orElse("");
            if (name.equals("latest") || name.endsWith(":latest")) {
                found.add(each);
                clear &= each.name().equals(found.getFirst().name());
            }
        }
        if (found.isEmpty() || !clear) {
            throw new ImageException(
                    "there are several images (" + names + ") and not one is named latest: say which, as in DIR:TAG");
        }
        return new Index(found);
    }

    /** The image for a platform; of one that says nothing it is taken that it fits. */
    Descriptor choose(Platform platform) throws ImageException {
        StringBuilder others = new StringBuilder();
        for (Descriptor each : manifests) {
            boolean image = MediaType.isManifest(each.mediaType()) || MediaType.isIndex(each.mediaType());
            if (image && (each.platform().isEmpty() || each.platform().get().equals(platform))) {
                return each;
            }
            others.append(others.isEmpty() ? "" : ", ")
                    .append(
                            each.platform().isPresent()
                                    ? Text.shown(each.platform().get().toString())
                                    : "something of the type " + Text.shown(each.mediaType()));
        }
        throw new ImageException("there is no image for " + platform + ", there is only "
                + (others.isEmpty() ? "nothing" : others) + ": build one for " + platform);
    }
}
