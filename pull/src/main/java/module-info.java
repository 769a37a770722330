/** Pull expressions, boot origin, verified downloads, and what agent and server say to each other. */
module org.pullboot.pull {
    requires static transitive org.jspecify;
    requires org.pullboot.linux;
    requires transitive org.pullboot.image;

    exports org.pullboot.pull;
}
