/** PE files and unified kernel images. Bytes in, values out; no network. */
module org.pullboot.uki {
    requires static org.jspecify;
    requires org.pullboot.image;
    requires tools.jackson.databind;

    exports org.pullboot.uki;
}
