package org.pullboot.uefi;

/**
 * One node of a device path (UEFI 2.10, section 10.3). A node that no record here can hold byte for byte is {@link Raw}.
 * {@code toString()} gives the text form of section 10.6.
 */
public sealed interface DeviceNode
        permits HardwareNode, AcpiNode, MessagingNode, MediaNode, DeviceNode.Raw, DeviceNode.EndInstance {
    /** The most bytes a node's body can have: its length field has 16 bits and counts its own header of 4 bytes. */
    int MAX_BODY = 0xFFFF - 4;

    /** The node's type in the higher byte and its sub-type in the lower one. */
    int code();

    /** What follows the node's header of 4 bytes. */
    Bytes body();

    /**
     * Any node, as it is.
     *
     * @param type 0 to 255
     * @param subType 0 to 255
     * @param body at most {@value #MAX_BODY} bytes
     */
    record Raw(int type, int subType, Bytes body) implements DeviceNode {
        /** Checks the ranges. */
        public Raw {
            if ((type | subType) >>> 8 != 0 || body.length() > MAX_BODY || (type == 0x7F && subType == 0xFF)) {
                throw new IllegalArgumentException("no device path node: type " + type + ", sub-type " + subType);
            }
        }

        @Override
        public int code() {
            return (type << 8) | subType;
        }

        @Override
        public String toString() {
            return "Path(" + type + "," + subType + (body.isEmpty() ? "" : "," + body.hex()) + ")";
        }
    }

    /** The end of one of several paths that stand in one list: another way to the same device follows. */
    record EndInstance() implements DeviceNode {
        @Override
        public int code() {
            return 0x7F01;
        }

        @Override
        public Bytes body() {
            return Bytes.EMPTY;
        }

        @Override
        public String toString() {
            return ",";
        }
    }
}
