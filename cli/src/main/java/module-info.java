/** The commands: parse, call, print. */
module org.pullboot.cli {
    requires static org.jspecify;
    requires info.picocli;
    requires org.pullboot.generator;
    requires org.pullboot.image;
    requires org.pullboot.initrd;
    requires org.pullboot.openpgp;
    requires org.pullboot.pull;
    requires org.pullboot.oci;
    requires org.pullboot.serve;
    requires org.pullboot.uefi;
    requires org.pullboot.uki;
    requires org.pullboot.vm;
    requires tools.jackson.databind;

    opens org.pullboot.cli to
            info.picocli,
            tools.jackson.databind;
}
