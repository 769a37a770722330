package org.pullboot.initrd;

/**
 * A kernel module in a module tree.
 *
 * @param name with '_' for '-'
 * @param path its file below the tree's directory: {@code kernel/fs/ext4/ext4.ko.xz}
 * @param info what it says of itself
 */
record KernelModule(String name, String path, ModuleInfo info) {
    /** {@link #path()} as the file is called when it is not compressed. */
    String plainPath() {
        return path.substring(0, path.lastIndexOf(".ko") + 3);
    }
}
