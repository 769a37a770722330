package org.pullboot.uefi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * EFI_LOAD_OPTION (UEFI 2.10, section 3.1.3): the value of a Boot#### variable. Reading and writing keep every byte.
 *
 * @param attributes the LOAD_OPTION_ bits
 * @param description the title in boot menus, without NUL
 * @param paths the first says what to load, the others belong to whoever wrote them; 65535 bytes at most
 * @param optionalData what the loaded program gets; for a UKI its command line as CHAR16
 */
public record LoadOption(int attributes, String description, List<DevicePath> paths, Bytes optionalData) {
    /** LOAD_OPTION_ACTIVE: the boot manager may try it by itself. */
    public static final int ACTIVE = 1;

    /** EDK2's optional data of entries it makes itself; it deletes and makes them anew as it likes. */
    public static final Bytes FIRMWARE_MARK =
            EfiGuid.parse("8108ac4e-9f11-4d59-850e-e21a522c59b2").bytes();

    /** A UKI has at most 256 profiles, numbered from 0 (UAPI.5). */
    static final int MAX_PROFILE = 255;

    private static final int HEADER = 6;
    private static final int MAX_PATHS = 0xFFFF;

    /**
     * Copies and checks.
     *
     * @throws IllegalArgumentException for a NUL in the description or paths that are too long
     */
    public LoadOption {
        paths = List.copyOf(paths);
        if (description.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the title of a boot entry holds no NUL");
        }
        if (sizeOf(paths) > MAX_PATHS) {
            throw new IllegalArgumentException(
                    "the device paths of a boot entry have at most " + MAX_PATHS + " bytes, not " + sizeOf(paths));
        }
    }

    /**
     * Reads the value of a Boot#### variable.
     *
     * @throws UefiException when it is cut off or a device path in it is none
     */
    public static LoadOption parse(Bytes bytes) throws UefiException {
        ByteBuffer in = bytes.buffer();
        if (in.remaining() < HEADER) {
            throw new UefiException("a boot entry has at least 8 bytes, not " + bytes.length());
        }
        int attributes = in.getInt();
        int pathBytes = in.getShort() & 0xFFFF;
        String description = Ucs2.take(in)
                .orElseThrow(() -> new UefiException("the title of a boot entry ends with a NUL, but there is none"));
        if (pathBytes > in.remaining()) {
            throw new UefiException("the device path of boot entry '" + description + "' should have " + pathBytes
                    + " bytes, but only " + in.remaining() + " are there");
        }
        ByteBuffer pathList = in.slice(in.position(), pathBytes).order(ByteOrder.LITTLE_ENDIAN);
        List<DevicePath> paths = new ArrayList<>();
        while (pathList.hasRemaining()) {
            paths.add(DevicePath.take(pathList));
        }
        in.position(in.position() + pathBytes);
        return new LoadOption(attributes, description, paths, Bytes.take(in, in.remaining()));
    }

    /** The value for a Boot#### variable. */
    public Bytes bytes() {
        int pathBytes = sizeOf(paths);
        ByteBuffer out = ByteBuffer.allocate(HEADER + Ucs2.size(description) + pathBytes + optionalData.length())
                .order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(attributes).putShort((short) pathBytes);
        Ucs2.encode(description).putInto(out);
        for (DevicePath path : paths) {
            path.bytes().putInto(out);
        }
        optionalData.putInto(out);
        return Bytes.of(out.array());
    }

    /** Whether the boot manager may try it by itself; BootNext starts it even if not. */
    public boolean isActive() {
        return (attributes & ACTIVE) != 0;
    }

    /** Optional data that makes a UKI boot this profile: {@code @N}, as systemd-stub reads it. */
    static Bytes forProfile(int profile) {
        return Ucs2.encode("@" + profile);
    }

    /** The profile of a UKI that the optional data names; empty when it names none, and the UKI boots its first. */
    public OptionalInt profile() {
        ByteBuffer in = optionalData.buffer();
        if (in.remaining() < 4 || in.getChar() != '@') {
            return OptionalInt.empty();
        }
        int profile = -1;
        while (in.remaining() >= 2) {
            char digit = in.getChar();
            if (digit < '0' || digit > '9') {
                return (digit == 0 || digit == ' ') && profile >= 0 ? OptionalInt.of(profile) : OptionalInt.empty();
            }
            profile = Math.max(profile, 0) * 10 + digit - '0';
            if (profile > MAX_PROFILE) {
                return OptionalInt.empty();
            }
        }
        return profile >= 0 ? OptionalInt.of(profile) : OptionalInt.empty();
    }

    private static int sizeOf(List<DevicePath> paths) {
        int size = 0;
        for (DevicePath path : paths) {
            size += path.bytes().length();
        }
        return size;
    }
}
