/** Copy-on-write volumes over read-only images: overlays, snapshots, and the files that they are kept in. */
module org.pullboot.volume {
    requires static transitive org.jspecify;
    requires org.pullboot.linux;

    exports org.pullboot.volume;
}
