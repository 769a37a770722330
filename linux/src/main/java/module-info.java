/** Linux system calls, the three decompression libraries and rtnetlink through the foreign-function API: the only native code in Pullboot. */
module org.pullboot.linux {
    requires static transitive org.jspecify;

    exports org.pullboot.linux;
}
