/** The boot server: discovers artifacts, publishes generations, answers firmware, systemd and the agent over HTTP. */
module org.pullboot.serve {
    requires static org.jspecify;
    requires org.pullboot.linux;
    requires org.pullboot.image;
    requires org.pullboot.pull;
    requires org.pullboot.uefi;
    requires org.pullboot.uki;
    requires org.pullboot.initrd;
    requires org.pullboot.fleet;

// exports org.pullboot.serve;
}
