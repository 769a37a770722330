package org.pullboot.oci;

/** The media types of OCI's image specification 1.1 and of Docker's schema 2. */
final class MediaType {
    static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";

    /** What is asked of a registry. */
    static final String ACCEPT = OCI_INDEX + ", " + OCI_MANIFEST + ", " + DOCKER_LIST + ", " + DOCKER_MANIFEST;

    private static final String[] LAYERS = {
        "application/vnd.oci.image.layer.v1.tar",
        "application/vnd.oci.image.layer.nondistributable.v1.tar",
        "application/vnd.docker.image.rootfs.diff.tar",
        "application/vnd.docker.image.rootfs.foreign.diff.tar",
    };

    private MediaType() {}

    static boolean isIndex(String type) {
        return type.equals(OCI_INDEX) || type.equals(DOCKER_LIST);
    }

    static boolean isManifest(String type) {
        return type.equals(OCI_MANIFEST) || type.equals(DOCKER_MANIFEST);
    }

    static boolean isConfig(String type) {
        return type.equals(OCI_CONFIG) || type.equals(DOCKER_CONFIG);
    }

    /** Whether it is a tar archive; how it is compressed is seen when it is read. */
    static boolean isLayer(String type) {
        for (String layer : LAYERS) {
            if (type.startsWith(layer)) {
                String compression = type.substring(layer.length());
                return compression.isEmpty()
                        || compression.equals("+gzip")
                        || compression.equals("+zstd")
                        || compression.equals(".gzip")
                        || compression.equals(".zstd");
            }
        }
        return false;
    }
}
