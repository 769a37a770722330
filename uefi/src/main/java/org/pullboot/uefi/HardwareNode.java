package org.pullboot.uefi;

/** A node of type 1: how a device is attached to the system (UEFI 2.10, section 10.3.2). */
public sealed interface HardwareNode extends DeviceNode {
    /**
     * A function of a PCI device (section 10.3.2.1).
     *
     * @param function 0 to 255
     * @param device 0 to 255
     */
    record Pci(int function, int device) implements HardwareNode {
        @Override
        public int code() {
            return 0x0101;
        }

        @Override
        public Bytes body() {
            return new NodeWriter(2).u8(function).u8(device).bytes();
        }

        @Override
        public String toString() {
            return "Pci(0x" + Integer.toHexString(device) + ",0x" + Integer.toHexString(function) + ")";
        }
    }
}
