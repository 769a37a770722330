/** UEFI variables, load options, device paths and variable stores. Bytes in, values out; no network. */
module org.pullboot.uefi {
    requires static org.jspecify;
    requires org.pullboot.linux;

    exports org.pullboot.uefi;
}
