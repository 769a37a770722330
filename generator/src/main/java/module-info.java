/** A systemd generator: {@code systemd.pull=} on any systemd. */
module org.pullboot.generator {
    requires static org.jspecify;
    requires org.pullboot.linux;
    requires org.pullboot.pull;

    exports org.pullboot.generator;
}
