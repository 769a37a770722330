/** PE files and unified kernel images: built, read, measured, signed. Bytes in, values out; no network. */
module org.pullboot.uki {
    requires static org.jspecify;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;
    requires org.pullboot.image;
    requires transitive org.pullboot.uefi;
    requires tools.jackson.databind;

    exports org.pullboot.uki;
}
