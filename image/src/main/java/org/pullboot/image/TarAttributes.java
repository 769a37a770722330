package org.pullboot.image;

import java.nio.charset.StandardCharsets;
import org.pullboot.linux.Directory;
import org.pullboot.linux.Errno;
import org.pullboot.linux.LinuxException;
import org.pullboot.linux.WritableFile;

/** Restores extended attributes where they may and can be, and counts those that are left out. */
final class TarAttributes {
    private static final byte[] USER = bytes("user.");
    private static final byte[] TRUSTED = bytes("trusted.");
    private static final byte[] SECURITY = bytes("security.");
    private static final byte[] ACCESS_LIST = bytes("system.posix_acl_");

    private final boolean asRoot;
    private long leftOut;

    TarAttributes(boolean asRoot) {
        this.asRoot = asRoot;
    }

    long leftOut() {
        return leftOut;
    }

    /** Sets one attribute of something. */
    private interface Setter {
        void set(TarEntry.Attribute attribute) throws LinuxException;
    }

    void restore(TarEntry entry, WritableFile file) throws LinuxException {
        if (!entry.attributes().isEmpty()) {
            restore(entry, attribute -> file.attribute(attribute.name(), attribute.value()));
        }
    }

    void restore(TarEntry entry, Directory directory) throws LinuxException {
        if (!entry.attributes().isEmpty()) {
            restore(entry, attribute -> directory.attribute(attribute.name(), attribute.value()));
        }
    }

    void restore(TarEntry entry, Directory parent, byte[] name) throws LinuxException {
        if (!entry.attributes().isEmpty()) {
            restore(entry, attribute -> parent.attribute(name, attribute.name(), attribute.value()));
        }
    }

    private void restore(TarEntry entry, Setter setter) throws LinuxException {
        for (TarEntry.Attribute attribute : entry.attributes()) {
            if (!isAllowed(attribute.name())) {
                leftOut++;
                continue;
            }
            try {
                setter.set(attribute);
            } catch (LinuxException e) {
                // Many file systems have no user attributes, and symbolic links and nodes never have them.
                boolean impossible = e.errno() == Errno.EOPNOTSUPP
                        || (e.errno() == Errno.EPERM && startsWith(attribute.name(), USER));
                if (!impossible) {
                    throw e;
                }
                leftOut++;
            }
        }
    }

    private boolean isAllowed(byte[] name) {
        if (startsWith(name, USER)) {
            return true;
        }
        return asRoot && (startsWith(name, TRUSTED) || startsWith(name, SECURITY) || startsWith(name, ACCESS_LIST));
    }

    private static boolean startsWith(byte[] name, byte[] prefix) {
        if (name.length <= prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (name[i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
