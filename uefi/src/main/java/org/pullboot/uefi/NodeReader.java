package org.pullboot.uefi;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Turns the bytes of one device path node into its record, or into a raw node when the record would not keep them all. */
final class NodeReader {
    private NodeReader() {}

    static DeviceNode read(int type, int subType, Bytes body) {
        DeviceNode node = known((type << 8) | subType, body.length(), body.buffer());
        // Reserved values, padding and unusual encodings must survive: what does not write back the same stays raw.
        return node != null && node.body().equals(body) ? node : new DeviceNode.Raw(type, subType, body);
    }

    private static @Nullable DeviceNode known(int code, int length, ByteBuffer in) {
        return switch (code) {
            case 0x7F01 -> new DeviceNode.EndInstance();
            case 0x0101 -> length == 2 ? new HardwareNode.Pci(u8(in), u8(in)) : null;
            case 0x0201 -> length == 8 ? new AcpiNode.Acpi(in.getInt(), in.getInt()) : null;
            case 0x030B -> length == 33 ? new MessagingNode.Mac(Bytes.take(in, 32), u8(in)) : null;
            case 0x030C -> length == 23 ? ipv4(in) : null;
            case 0x030D -> length == 56 ? ipv6(in) : null;
            case 0x0314 -> length == 2 ? new MessagingNode.Vlan(u16(in)) : null;
            case 0x0318 -> uri(length, in);
            case 0x031F -> length % 16 == 1 ? new MessagingNode.Dns(u8(in) != 0, Bytes.take(in, length - 1)) : null;
            case 0x0401 -> length == 38 ? hardDrive(in) : null;
            case 0x0404 -> filePath(in);
            case 0x0406 -> length == EfiGuid.BYTES ? new MediaNode.FvFile(EfiGuid.take(in)) : null;
            case 0x0407 -> length == EfiGuid.BYTES ? new MediaNode.FvName(EfiGuid.take(in)) : null;
            default -> null;
        };
    }

    private static DeviceNode ipv4(ByteBuffer in) {
        return new IpNode.Ipv4(
                Bytes.take(in, 4),
                Bytes.take(in, 4),
                u16(in),
                u16(in),
                u16(in),
                u8(in) != 0,
                Bytes.take(in, 4),
                Bytes.take(in, 4));
    }

    private static DeviceNode ipv6(ByteBuffer in) {
        return new IpNode.Ipv6(
                Bytes.take(in, 16), Bytes.take(in, 16), u16(in), u16(in), u16(in), u8(in), u8(in), Bytes.take(in, 16));
    }

    private static DeviceNode hardDrive(ByteBuffer in) {
        return new MediaNode.HardDrive(in.getInt(), in.getLong(), in.getLong(), Bytes.take(in, 16), u8(in), u8(in));
    }

    private static @Nullable DeviceNode uri(int length, ByteBuffer in) {
        boolean terminated = length > 0 && in.get(length - 1) == 0;
        byte[] bytes = new byte[terminated ? length - 1 : length];
        in.get(bytes);
        String text = new String(bytes, StandardCharsets.UTF_8);
        // The record refuses inner NULs and what grows when it is not UTF-8; those stay raw. One byte less than the
        // field
        // allows, so that a terminated copy can be written too.
        boolean faithful = Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes);
        return faithful && text.indexOf('\0') < 0 && bytes.length < DeviceNode.MAX_BODY
                ? new MessagingNode.Uri(text, terminated)
                : null;
    }

    private static @Nullable DeviceNode filePath(ByteBuffer in) {
        return Ucs2.take(in).map(MediaNode.FilePath::new).orElse(null);
    }

    private static int u8(ByteBuffer in) {
        return in.get() & 0xFF;
    }

    private static int u16(ByteBuffer in) {
        return in.getShort() & 0xFFFF;
    }
}
