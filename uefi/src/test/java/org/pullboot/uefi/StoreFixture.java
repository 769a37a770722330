package org.pullboot.uefi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Variable store images with the layouts of Debian's OVMF files, made byte by byte, and variables laid into them by hand. */
final class StoreFixture {
    static final int FIRST = 0x64;
    static final int VOLUME_HEADER = 0x48;
    static final int VALID = 0x3F;
    static final int IN_DELETION = 0x3E;
    static final int DELETED = 0x3D;

    private static final String HEADER_4M = "000000000000000000000000000000008d2bf1ff96768b4ca9852747075b4f50"
            + "00400800000000005f465648fffe04004800afb8000000028400000000100000"
            + "0000000000000000782cf3aa7b949a43a1802e144ec37792b8ff03005afe000000000000";
    private static final String HEADER_2M = "000000000000000000000000000000008d2bf1ff96768b4ca9852747075b4f50"
            + "00000200000000005f465648fffe0400480019f9000000022000000000100000"
            + "0000000000000000782cf3aa7b949a43a1802e144ec37792b8df00005afe000000000000";
    private static final String WORKING_BLOCK = "2b29589e687c7d49a0ce6500fd9f1b952caf2c64feffffffe00f000000000000";

    final byte[] image;
    private final int base;
    private final boolean authenticated;
    private int next;

    private StoreFixture(byte[] image, int base, boolean authenticated) {
        this.image = image;
        this.base = base;
        this.authenticated = authenticated;
        this.next = base + FIRST;
    }

    /** OVMF_VARS_4M.fd as the firmware package has it. */
    static StoreFixture of4M() {
        return new StoreFixture(volume(HEADER_4M, 0x84000, 0x41000), 0, true);
    }

    /** OVMF_VARS.fd as the firmware package has it. */
    static StoreFixture of2M() {
        return new StoreFixture(volume(HEADER_2M, 0x20000, 0xF000), 0, true);
    }

    /** The layout of OVMF_VARS.fd with the smallest areas there could be: 4 KiB each, in 12 KiB. */
    static StoreFixture tiny() {
        byte[] image = volume(HEADER_2M, 0x3000, 0x1000);
        ByteBuffer.wrap(image)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(32, image.length)
                .putInt(VOLUME_HEADER + 16, 0x1000 - VOLUME_HEADER);
        return new StoreFixture(image, 0, true);
    }

    /** The old format without authentication. */
    static StoreFixture plain() {
        byte[] image = volume(HEADER_2M, 0x20000, 0xF000);
        System.arraycopy(
                EfiGuid.parse("ddcf3616-3275-4164-98b6-fe85707ffe7d").bytes().toArray(), 0, image, 0x48, 16);
        return new StoreFixture(image, 0, false);
    }

    /** A flash image with a volume of drivers before the store, code behind it, and padding to this size. */
    static StoreFixture combined(int size) {
        byte[] image = new byte[size];
        ByteBuffer drivers = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        drivers.position(16);
        EfiGuid.parse("8c8ce578-8a3d-4f1c-9935-896185c32dd3").bytes().putInto(drivers);
        drivers.putLong(0x3000).put("_FVH".getBytes(StandardCharsets.US_ASCII));
        byte[] volume = volume(HEADER_4M, 0x84000, 0x41000);
        System.arraycopy(volume, 0, image, 0x3000, volume.length);
        Arrays.fill(image, 0x3000 + volume.length, 0x3000 + volume.length + 5000, (byte) 0xC3);
        return new StoreFixture(image, 0x3000, true);
    }

    StoreFixture put(int state, EfiVariable variable) {
        ByteBuffer target = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        target.position(next);
        new StoredVariable(variable, 7, new EfiTime(Bytes.ofHex("e607010203040500000000000000000f")), 0)
                .writeTo(target, authenticated);
        image[next + 2] = (byte) state;
        next = target.position();
        return this;
    }

    /** A journal entry of the firmware with one record whose first byte is this; 0xF9 is a finished one, 0xFD a waiting one. */
    StoreFixture journal(int headerFlags, int recordFlags) {
        ByteBuffer queue = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        int at = base + workingBlock() + 32;
        while ((image[at] & 1) == 0) {
            at += 80;
        }
        queue.put(at, (byte) headerFlags)
                .putLong(at + 24, 1)
                .putLong(at + 32, 0)
                .put(at + 40, (byte) recordFlags);
        return this;
    }

    private int workingBlock() {
        return switch (image.length) {
            case 0x3000 -> 0x1000;
            case 0x20000 -> 0xF000;
            default -> 0x41000;
        };
    }

    VariableStore store() throws UefiException {
        return VariableStore.parse(image);
    }

    static EfiVariable variable(String name, String hex) {
        return new EfiVariable(EfiGuid.GLOBAL, name, EfiVariable.PERSISTENT, Bytes.ofHex(hex));
    }

    static List<String> names(Variables variables) throws IOException {
        return variables.all().stream().map(EfiVariable::name).toList();
    }

    private static byte[] volume(String header, int size, int workingBlock) {
        byte[] image = new byte[size];
        Arrays.fill(image, (byte) 0xFF);
        byte[] head = HexFormat.of().parseHex(header);
        System.arraycopy(head, 0, image, 0, head.length);
        byte[] block = HexFormat.of().parseHex(WORKING_BLOCK);
        System.arraycopy(block, 0, image, workingBlock, block.length);
        return image;
    }
}
