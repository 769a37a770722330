/** The boot server: discovers artifacts, publishes generations, answers firmware, systemd and the agent over HTTP. */
module org.pullboot.serve {
    requires static transitive org.jspecify;
    requires org.pullboot.linux;
    requires org.pullboot.image;
    requires transitive org.pullboot.nvme;
    requires transitive org.pullboot.openpgp;
    requires org.pullboot.pull;
    requires org.pullboot.oci;
    requires org.pullboot.uefi;
    requires transitive org.pullboot.uki;
    requires org.pullboot.initrd;
    requires transitive org.pullboot.fleet;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;

    exports org.pullboot.serve;
}
