package org.pullboot.uefi;

import java.util.Locale;

/** A node of type 2: a device that ACPI names (UEFI 2.10, section 10.3.3). */
public sealed interface AcpiNode extends DeviceNode {
    /**
     * An ACPI device (section 10.3.3.1).
     *
     * @param hid the compressed EISA id; 0x0a0341d0 is a PCI root bridge
     * @param uid which one of them
     */
    record Acpi(int hid, int uid) implements AcpiNode {
        private static final int EISA_PNP = 0x41D0;

        @Override
        public int code() {
            return 0x0201;
        }

        @Override
        public Bytes body() {
            return new NodeWriter(8).u32(hid).u32(uid).bytes();
        }

        @Override
        public String toString() {
            String unit = "0x" + Integer.toHexString(uid) + ")";
            if ((hid & 0xFFFF) != EISA_PNP) {
                return "Acpi(0x" + NodeText.hex(hid, 8) + "," + unit;
            }
            return switch (hid >>> 16) {
                case 0x0A03 -> "PciRoot(" + unit;
                case 0x0A08 -> "PcieRoot(" + unit;
                default -> "Acpi(PNP" + NodeText.hex(hid >>> 16, 4).toUpperCase(Locale.ROOT) + "," + unit;
            };
        }
    }
}
