/** What an OS image is made of: compression, kinds, partition tables, file systems, tar, digests. Bytes in, values out; no network. */
module org.pullboot.image {
    requires static org.jspecify;
    requires transitive org.pullboot.linux;

    exports org.pullboot.image;
}
