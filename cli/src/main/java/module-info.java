/** The commands: parse, call, print. */
module org.pullboot.cli {
    requires static org.jspecify;
    requires info.picocli;

    opens org.pullboot.cli to
            info.picocli;
}
