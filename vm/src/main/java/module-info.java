/** Virtual machines that boot from a URL the way hardware does: QEMU with OVMF. */
module org.pullboot.vm {
    requires static org.jspecify;
    requires transitive org.pullboot.uefi;

    exports org.pullboot.vm;
}
