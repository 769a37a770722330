/** OCI and Docker images: layouts, archives, registries; layers to one root file system. */
module org.pullboot.oci {
    requires static transitive org.jspecify;
    requires org.pullboot.linux;
    requires transitive org.pullboot.image;
    requires transitive org.pullboot.pull;

    exports org.pullboot.oci;
}
