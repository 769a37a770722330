/** Builds an initrd: kernel modules, runtime, agent and libraries in a cpio archive. */
module org.pullboot.initrd {
    requires static org.jspecify;
    requires org.pullboot.linux;
    requires transitive org.pullboot.image;

    exports org.pullboot.initrd;
}
