/** An NVMe/TCP target: exports block devices to the hosts that may have them. */
module org.pullboot.nvme {
    requires static transitive org.jspecify;
    requires org.bouncycastle.tls;
    requires transitive org.pullboot.volume;

    exports org.pullboot.nvme;
}
