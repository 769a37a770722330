package org.pullboot.image;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pullboot.linux.EntryType;

/**
 * One member of a tar archive.
 *
 * <p>Names are bytes as they are in the archive; arrays are not copied and must not be changed. Immutable otherwise.
 */
public final class TarEntry {
    private static final byte[] NO_BYTES = {};

    /** An extended attribute, as in xattr(7). */
    public static final class Attribute {
        private final byte[] name;
        private final byte[] value;

        /** An attribute of a full name, as in "user.mime_type". */
        public Attribute(byte[] name, byte[] value) {
            this.name = name;
            this.value = value;
        }

        /** The full name. */
        public byte[] name() {
            return name;
        }

        /** The value. */
        public byte[] value() {
            return value;
        }
    }

    /**
     * A piece of a sparse file that is in the archive; what is between pieces is zero.
     *
     * @param offset in the file, in bytes
     * @param bytes how long it is
     */
    public record Extent(long offset, long bytes) {}

    private final byte[] path;
    private final @Nullable EntryType type;
    private final byte[] linkTarget;
    private final int permissions;
    private final long uid;
    private final long gid;
    private final long mtimeSeconds;
    private final int mtimeNanos;
    private final long size;
    private final int major;
    private final int minor;
    private final List<Attribute> attributes;
    private final @Nullable List<Extent> extents;

    private TarEntry(Builder builder) {
        this.path = builder.path;
        this.type = builder.type;
        this.linkTarget = builder.linkTarget;
        this.permissions = builder.permissions;
        this.uid = builder.uid;
        this.gid = builder.gid;
        this.mtimeSeconds = builder.mtimeSeconds;
        this.mtimeNanos = builder.mtimeNanos;
        this.size = builder.size;
        this.major = builder.major;
        this.minor = builder.minor;
        this.attributes = List.copyOf(builder.attributes);
        this.extents = builder.extents == null ? null : List.copyOf(builder.extents);
    }

    /** A regular file of so many bytes. */
    public static Builder file(byte[] path, long size) {
        Builder builder = new Builder(path, EntryType.REGULAR, 0644);
        builder.size = size;
        return builder;
    }

    /** A directory. */
    public static Builder directory(byte[] path) {
        return new Builder(path, EntryType.DIRECTORY, 0755);
    }

    /** A symbolic link. */
    public static Builder symbolicLink(byte[] path, byte[] target) {
        Builder builder = new Builder(path, EntryType.SYMBOLIC_LINK, 0777);
        builder.linkTarget = target;
        return builder;
    }

    /** A second name for the file that an earlier entry's path names. */
    public static Builder hardLink(byte[] path, byte[] target) {
        Builder builder = new Builder(path, null, 0644);
        builder.linkTarget = target;
        return builder;
    }

    /** A character or block device or a FIFO. */
    public static Builder node(byte[] path, EntryType type, int major, int minor) {
        Builder builder = new Builder(path, type, 0600);
        builder.major = major;
        builder.minor = minor;
        return builder;
    }

    /** Where it is, as the archive says it: perhaps with "./" before it or a slash after it. */
    public byte[] path() {
        return path;
    }

    /** The path for a person: as UTF-8, without control characters. */
    public String pathText() {
        return text(path);
    }

    /** Whether it is a second name for an earlier entry. */
    public boolean isHardLink() {
        return type == null;
    }

    /** Whether it is of this kind; a hard link is of none. */
    public boolean is(EntryType kind) {
        return type == kind;
    }

    @Nullable
    EntryType type() {
        return type;
    }

    /** What a symbolic or a hard link leads to; empty for others. */
    public byte[] linkTarget() {
        return linkTarget;
    }

    /** The lower 12 bits of the mode. */
    public int permissions() {
        return permissions;
    }

    /** The owner's number, 0 to 4294967294. */
    public long uid() {
        return uid;
    }

    /** The group's number, 0 to 4294967294. */
    public long gid() {
        return gid;
    }

    /** When it was last changed, in seconds since 1970. */
    public long mtimeSeconds() {
        return mtimeSeconds;
    }

    /** The rest of that time, 0 to 999999999 nanoseconds. */
    public int mtimeNanos() {
        return mtimeNanos;
    }

    /** The size of a regular file in bytes, holes included; 0 for others. */
    public long size() {
        return size;
    }

    /** A device's major number. */
    public int major() {
        return major;
    }

    /** A device's minor number. */
    public int minor() {
        return minor;
    }

    /** The extended attributes. */
    public List<Attribute> attributes() {
        return attributes;
    }

    /** The pieces of a sparse file in ascending order, {@code null} when it is not sparse. */
    @Nullable
    List<Extent> extents() {
        return extents;
    }

    /** The same entry at another place. */
    TarEntry at(byte[] place) {
        return copy(place, type, linkTarget).build();
    }

    /** A second name for this entry, which is at that place. */
    TarEntry linkedFrom(byte[] place, byte[] name) {
        return copy(name, null, place).build();
    }

    private Builder copy(byte[] place, @Nullable EntryType kind, byte[] target) {
        Builder copy = new Builder(place, kind, permissions);
        copy.linkTarget = target;
        copy.size = kind == null ? 0 : size;
        copy.major = major;
        copy.minor = minor;
        return copy.owner(uid, gid)
                .modified(mtimeSeconds, mtimeNanos)
                .attributes(attributes)
                .extents(kind == null ? null : extents);
    }

    static String text(byte[] name) {
        return printable(new String(name, StandardCharsets.UTF_8));
    }

    /** Without control characters, for a message. */
    static String printable(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            plain.append(c < ' ' || c == 0x7F ? '?' : c);
        }
        return plain.toString();
    }

    @Override
    public String toString() {
        return pathText();
    }

    /** Puts an entry together; what is not set belongs to root, is of 1970, and has the usual permissions. */
    public static final class Builder {
        private final byte[] path;
        private final @Nullable EntryType type;
        private byte[] linkTarget = NO_BYTES;
        private int permissions;
        private long uid;
        private long gid;
        private long mtimeSeconds;
        private int mtimeNanos;
        private long size;
        private int major;
        private int minor;
        private List<Attribute> attributes = List.of();
        private @Nullable List<Extent> extents;

        private Builder(byte[] path, @Nullable EntryType type, int permissions) {
            this.path = path;
            this.type = type;
            this.permissions = permissions;
        }

        /** Sets the lower 12 bits of the mode. */
        public Builder permissions(int bits) {
            this.permissions = bits & 07777;
            return this;
        }

        /** Sets the numbers of user and group. */
        public Builder owner(long user, long group) {
            this.uid = user;
            this.gid = group;
            return this;
        }

        /** Sets the time of the last change. */
        public Builder modified(long seconds, int nanos) {
            this.mtimeSeconds = seconds;
            this.mtimeNanos = nanos;
            return this;
        }

        /** Sets the extended attributes. */
        public Builder attributes(List<Attribute> all) {
            this.attributes = all;
            return this;
        }

        Builder extents(@Nullable List<Extent> all) {
            this.extents = all;
            return this;
        }

        /** The entry. */
        public TarEntry build() {
            return new TarEntry(this);
        }
    }
}
