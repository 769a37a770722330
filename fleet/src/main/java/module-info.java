/** Generations, artifacts, machines and boots, and where they are kept. */
module org.pullboot.fleet {
    requires static transitive org.jspecify;
    requires transitive org.pullboot.image;
    requires transitive org.pullboot.linux;
    requires static com.google.errorprone.annotations;
    requires java.sql;
    requires org.jdbi.v3.core;
    // Not for this code: JDBI needs these and, being no real module, cannot say so.
    requires io.leangen.geantyref;
    requires org.slf4j;
    requires org.xerial.sqlitejdbc;

    exports org.pullboot.fleet;
}
