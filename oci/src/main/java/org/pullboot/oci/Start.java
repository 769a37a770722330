package org.pullboot.oci;

/**
 * What a place has under a name.
 */
final class Start {
    private final byte[] document;
    private final boolean index;

    /**
     * @param index whether it is an index, else a manifest
     */
    Start(byte[] document, boolean index) {
        this.document = document;
        this.index = index;
    }

    byte[] document() {
        return document;
    }

    boolean isIndex() {
        return index;
    }
}
