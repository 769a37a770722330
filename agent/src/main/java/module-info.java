/** PID 1 of the initrd: network, plan, pull, root, switch root. */
module org.pullboot.agent {
    requires static org.jspecify;
    requires org.pullboot.linux;
    requires org.pullboot.image;
    requires org.pullboot.pull;
    requires org.pullboot.oci;
    requires org.pullboot.uefi;

    exports org.pullboot.agent;
}
