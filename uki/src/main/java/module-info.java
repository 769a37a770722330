/** PE files and unified kernel images. Bytes in, values out; no network. */
module org.pullboot.uki {
    requires static org.jspecify;

    exports org.pullboot.uki;
}
