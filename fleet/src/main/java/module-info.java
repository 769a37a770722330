/** Generations, artifacts, machines and boots, and where they are kept. */
module org.pullboot.fleet {
    requires static org.jspecify;

// exports org.pullboot.fleet;
}
