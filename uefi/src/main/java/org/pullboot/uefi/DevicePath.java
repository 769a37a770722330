package org.pullboot.uefi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A device path (UEFI 2.10, section 10): where to find something, from the root inwards. Reading and writing keep every byte.
 *
 * @param nodes without the node that ends the whole path, which is implied
 */
public record DevicePath(List<DeviceNode> nodes) {
    private static final int HEADER = 4;
    private static final int END_ENTIRE = 0x7FFF;

    /** Copies the list. */
    public DevicePath {
        nodes = List.copyOf(nodes);
    }

    /** The path of these nodes. */
    public static DevicePath of(DeviceNode... nodes) {
        return new DevicePath(List.of(nodes));
    }

    /**
     * Reads one path up to its end.
     *
     * @throws UefiException when a node is cut off or the end is missing, or when bytes follow the end
     */
    public static DevicePath parse(Bytes bytes) throws UefiException {
        ByteBuffer buffer = bytes.buffer();
        DevicePath path = take(buffer);
        if (buffer.hasRemaining()) {
            throw new UefiException(
                    "a device path ends with its end node, but " + buffer.remaining() + " bytes follow");
        }
        return path;
    }

    /** Takes one path from a little-endian buffer and leaves the buffer behind its end node. */
    static DevicePath take(ByteBuffer buffer) throws UefiException {
        List<DeviceNode> nodes = new ArrayList<>();
        while (true) {
            if (buffer.remaining() < HEADER) {
                throw new UefiException("a device path ends with an end node, but the bytes end first");
            }
            int code = ((buffer.get() & 0xFF) << 8) | (buffer.get() & 0xFF);
            int body = (buffer.getShort() & 0xFFFF) - HEADER;
            if (body < 0 || body > buffer.remaining()) {
                throw new UefiException("a device path node has 4 to " + (buffer.remaining() + HEADER)
                        + " bytes here, but its length field says " + (body + HEADER));
            }
            if (code == END_ENTIRE) {
                if (body != 0) {
                    throw new UefiException("the end node of a device path has 4 bytes, not " + (body + HEADER));
                }
                return new DevicePath(nodes);
            }
            nodes.add(NodeReader.read(code >> 8, code & 0xFF, Bytes.take(buffer, body)));
        }
    }

    /** The bytes in memory, end node included. */
    public Bytes bytes() {
        int size = HEADER;
        for (DeviceNode node : nodes) {
            size += HEADER + node.body().length();
        }
        ByteBuffer target = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        for (DeviceNode node : nodes) {
            Bytes body = node.body();
            int code = node.code();
            target.put((byte) (code >> 8)).put((byte) code).putShort((short) (HEADER + body.length()));
            body.putInto(target);
        }
        target.put((byte) 0x7F).put((byte) 0xFF).putShort((short) HEADER);
        return Bytes.of(target.array());
    }

    /** What the last URI node with a text in it says; where there are two in a row, the first names a proxy. */
    public Optional<String> uri() {
        for (int i = nodes.size() - 1; i >= 0; i--) {
            if (nodes.get(i) instanceof MessagingNode.Uri node && !node.uri().isEmpty()) {
                return Optional.of(node.uri());
            }
        }
        return Optional.empty();
    }

    /** Whether it is one URI node and nothing else: the short form, which fits every network device of a machine. */
    public boolean isLoneUri() {
        return nodes.size() == 1 && nodes.get(0) instanceof MessagingNode.Uri;
    }

    /** The text form of UEFI 2.10, section 10.6: {@code PciRoot(0x0)/Pci(0x3,0x0)/…}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (DeviceNode node : nodes) {
            if (!text.isEmpty()) {
                text.append('/');
            }
            text.append(node);
        }
        return text.toString();
    }
}
