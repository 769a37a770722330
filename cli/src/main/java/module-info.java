/** The commands: parse, call, print. */
module org.pullboot.cli {
    requires static org.jspecify;
    requires org.pullboot.linux;
    requires org.pullboot.image;
    requires org.pullboot.pull;
    requires org.pullboot.uefi;
    requires org.pullboot.uki;
    requires org.pullboot.initrd;
    requires org.pullboot.agent;
    requires org.pullboot.fleet;
    requires org.pullboot.serve;
    requires org.pullboot.vm;
}
