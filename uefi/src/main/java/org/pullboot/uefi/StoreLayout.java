package org.pullboot.uefi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where in a firmware image the variable store is: a firmware volume of type NvData (Platform Initialization, volume 3) with a
 * variable store header right behind its own header. The volume may stand alone (OVMF_VARS.fd), before the code (OVMF.fd), or
 * in a padded flash image.
 *
 * @param start of the store's header, in bytes from the beginning of the image
 * @param size of the store with its header, in bytes
 * @param volumeEnd where the firmware volume ends, in bytes from the beginning of the image
 * @param authenticated whether variables have the 60-byte header, else the 32-byte one
 */
record StoreLayout(int start, int size, int volumeEnd, boolean authenticated) {
    static final int HEADER = 28;

    private static final EfiGuid NV_DATA = EfiGuid.parse("fff12b8d-7696-4c8b-a985-2747075b4f50");
    private static final EfiGuid FFS = EfiGuid.parse("8c8ce578-8a3d-4f1c-9935-896185c32dd3");
    private static final EfiGuid AUTHENTICATED = EfiGuid.parse("aaf32c78-947b-439a-a180-2e144ec37792");
    private static final EfiGuid PLAIN = EfiGuid.parse("ddcf3616-3275-4164-98b6-fe85707ffe7d");

    private static final int SIGNATURE = 0x4856465F;
    private static final int VOLUME_GUID = 16;
    private static final int VOLUME_LENGTH = 32;
    private static final int VOLUME_SIGNATURE = 40;
    private static final int VOLUME_HEADER_LENGTH = 48;
    private static final int MIN_VOLUME_HEADER = 72;
    private static final int STEP = 1024;
    private static final int FORMATTED = 0x5A;
    private static final int HEALTHY = 0xFE;
    private static final int QCOW2 = 0x514649FB;

    static StoreLayout find(ByteBuffer image) throws UefiException {
        if (image.limit() >= 4 && Integer.reverseBytes(image.getInt(0)) == QCOW2) {
            throw new UefiException("this is a qcow2 image, not a raw one: make it raw first with "
                    + "'qemu-img convert -O raw FILE FILE.raw'");
        }
        long at = 0;
        while (at + MIN_VOLUME_HEADER <= image.limit()) {
            int here = (int) at;
            boolean volume = image.getInt(here + VOLUME_SIGNATURE) == SIGNATURE;
            EfiGuid kind = guid(image, here + VOLUME_GUID);
            long length = image.getLong(here + VOLUME_LENGTH);
            if (volume && kind.equals(NV_DATA)) {
                return ofVolume(image, here, length);
            }
            at += volume && kind.equals(FFS) && length >= STEP && length <= image.limit() ? length : STEP;
        }
        throw new UefiException("there is no EFI variable store in these " + image.limit()
                + " bytes: expected a file like OVMF_VARS.fd");
    }

    /** Where variables begin. */
    int first() {
        return start + HEADER;
    }

    int end() {
        return start + size;
    }

    /** How many bytes the header of a variable has. */
    int variableHeader() {
        return authenticated ? StoredVariable.AUTHENTICATED_HEADER : StoredVariable.PLAIN_HEADER;
    }

    /** The most that header, name and value of this variable may have together in firmware built with a store of this size. */
    int maxVariable(EfiVariable variable) {
        if (size > 0x10000) {
            return 0x8400;
        }
        return (variable.attributes() & EfiVariable.TIME_BASED_AUTHENTICATION) != 0 ? 0x2800 : 0x2000;
    }

    private static StoreLayout ofVolume(ByteBuffer image, int volume, long length) throws UefiException {
        if (length < MIN_VOLUME_HEADER + HEADER || length > image.limit() - volume) {
            throw new UefiException("the firmware volume at byte " + volume + " should have " + length
                    + " bytes, but the file has " + (image.limit() - volume) + " from there");
        }
        int start = volume + (image.getShort(volume + VOLUME_HEADER_LENGTH) & 0xFFFF);
        int end = volume + (int) length;
        if (start < volume + MIN_VOLUME_HEADER || start % 4 != 0 || start > end - HEADER) {
            throw new UefiException("the header of the firmware volume at byte " + volume + " does not fit into it");
        }
        EfiGuid kind = guid(image, start);
        if (!kind.equals(AUTHENTICATED) && !kind.equals(PLAIN)) {
            throw new UefiException("the variable store at byte " + start + " is of an unknown kind, " + kind);
        }
        long size = image.getInt(start + 16) & 0xFFFFFFFFL;
        if (size < HEADER || size > end - start) {
            throw new UefiException("the variable store at byte " + start + " should have " + size
                    + " bytes, but its firmware volume has room for " + (end - start));
        }
        int format = image.get(start + 20) & 0xFF;
        int state = image.get(start + 21) & 0xFF;
        if (format != FORMATTED || state != HEALTHY) {
            throw new UefiException("the variable store at byte " + start + " should be formatted and healthy (5a fe), "
                    + "but says " + Bytes.of((byte) format, (byte) state).hex());
        }
        return new StoreLayout(start, (int) size, end, kind.equals(AUTHENTICATED));
    }

    private static EfiGuid guid(ByteBuffer image, int at) {
        return EfiGuid.take(image.slice(at, EfiGuid.BYTES).order(ByteOrder.LITTLE_ENDIAN));
    }
}
