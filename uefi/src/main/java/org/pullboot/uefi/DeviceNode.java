package org.pullboot.uefi;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * One node of a device path (UEFI 2.10, section 10.3). A node that no record here can hold byte for byte is {@link Raw}.
 * {@code toString()} gives the text form of section 10.6.
 */
public sealed interface DeviceNode {
    /** The most bytes a node's body can have: its length field has 16 bits and counts its own header of 4 bytes. */
    int MAX_BODY = 0xFFFF - 4;

    /** The node's type, 0 to 255. */
    int type();

    /** The node's sub-type, 0 to 255. */
    int subType();

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
        public String toString() {
            return "Path(" + type + "," + subType + (body.isEmpty() ? "" : "," + body.hex()) + ")";
        }
    }

    /** The end of one of several paths that stand in one list: another way to the same device follows. */
    record EndInstance() implements DeviceNode {
        @Override
        public int type() {
            return 0x7F;
        }

        @Override
        public int subType() {
            return 0x01;
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

    /**
     * An ACPI device (section 10.3.3.1).
     *
     * @param hid the compressed EISA id; 0x0a0341d0 is a PCI root bridge
     * @param uid which one of them
     */
    record Acpi(int hid, int uid) implements DeviceNode {
        private static final int EISA_PNP = 0x41D0;

        @Override
        public int type() {
            return 0x02;
        }

        @Override
        public int subType() {
            return 0x01;
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

    /**
     * A function of a PCI device (section 10.3.2.1).
     *
     * @param function 0 to 255
     * @param device 0 to 255
     */
    record Pci(int function, int device) implements DeviceNode {
        @Override
        public int type() {
            return 0x01;
        }

        @Override
        public int subType() {
            return 0x01;
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

    /**
     * A network interface (section 10.3.4.10).
     *
     * @param address 32 bytes, zero-padded; Ethernet uses 6
     * @param interfaceType as RFC 3232 numbers them; 1 is Ethernet
     */
    record Mac(Bytes address, int interfaceType) implements DeviceNode {
        /** Checks the lengths. */
        public Mac {
            NodeWriter.require(address, 32);
        }

        @Override
        public int type() {
            return 0x03;
        }

        @Override
        public int subType() {
            return 0x0B;
        }

        @Override
        public Bytes body() {
            return new NodeWriter(33).bytes(address, 32).u8(interfaceType).bytes();
        }

        @Override
        public String toString() {
            String digits = address.hex();
            String used = interfaceType <= 1 ? digits.substring(0, 12) : digits;
            return "MAC(" + used + ",0x" + Integer.toHexString(interfaceType) + ")";
        }
    }

    /**
     * IPv4 parameters (section 10.3.4.12); addresses have 4 bytes, ports 16 bits.
     *
     * @param local the machine's address, zeros for DHCP
     * @param remote the server's address
     * @param localPort 0 when it does not matter
     * @param remotePort 0 when it does not matter
     * @param protocol as IANA numbers them; 6 is TCP
     * @param fixed whether the local address is not from DHCP
     * @param gateway zeros for none
     * @param mask the network mask
     */
    record Ipv4(
            Bytes local,
            Bytes remote,
            int localPort,
            int remotePort,
            int protocol,
            boolean fixed,
            Bytes gateway,
            Bytes mask)
            implements DeviceNode {
        /** Checks the lengths. */
        public Ipv4 {
            NodeWriter.require(local, 4);
            NodeWriter.require(remote, 4);
            NodeWriter.require(gateway, 4);
            NodeWriter.require(mask, 4);
        }

        @Override
        public int type() {
            return 0x03;
        }

        @Override
        public int subType() {
            return 0x0C;
        }

        @Override
        public Bytes body() {
            return new NodeWriter(23)
                    .bytes(local, 4)
                    .bytes(remote, 4)
                    .u16(localPort)
                    .u16(remotePort)
                    .u16(protocol)
                    .u8(fixed ? 1 : 0)
                    .bytes(gateway, 4)
                    .bytes(mask, 4)
                    .bytes();
        }

        @Override
        public String toString() {
            return "IPv4(" + NodeText.address(remote) + "," + NodeText.protocol(protocol) + ","
                    + (fixed ? "Static" : "DHCP") + "," + NodeText.address(local) + "," + NodeText.address(gateway)
                    + ","
                    + NodeText.address(mask) + ")";
        }
    }

    /**
     * IPv6 parameters (section 10.3.4.13); addresses have 16 bytes, ports 16 bits.
     *
     * @param local the machine's address
     * @param remote the server's address
     * @param localPort 0 when it does not matter
     * @param remotePort 0 when it does not matter
     * @param protocol as IANA numbers them; 6 is TCP
     * @param origin 0 static, 1 stateless, 2 stateful configuration
     * @param prefixLength of the local address
     * @param gateway zeros for none
     */
    record Ipv6(
            Bytes local,
            Bytes remote,
            int localPort,
            int remotePort,
            int protocol,
            int origin,
            int prefixLength,
            Bytes gateway)
            implements DeviceNode {
        /** Checks the lengths. */
        public Ipv6 {
            NodeWriter.require(local, 16);
            NodeWriter.require(remote, 16);
            NodeWriter.require(gateway, 16);
        }

        @Override
        public int type() {
            return 0x03;
        }

        @Override
        public int subType() {
            return 0x0D;
        }

        @Override
        public Bytes body() {
            return new NodeWriter(56)
                    .bytes(local, 16)
                    .bytes(remote, 16)
                    .u16(localPort)
                    .u16(remotePort)
                    .u16(protocol)
                    .u8(origin)
                    .u8(prefixLength)
                    .bytes(gateway, 16)
                    .bytes();
        }

        @Override
        public String toString() {
            String how = switch (origin) {
                case 0 -> "Static";
                case 1 -> "StatelessAutoConfigure";
                default -> "StatefulAutoConfigure";
            };
            return "IPv6(" + NodeText.address(remote) + "," + NodeText.protocol(protocol) + "," + how + ","
                    + NodeText.address(local) + ",0x" + Integer.toHexString(prefixLength) + ","
                    + NodeText.address(gateway) + ")";
        }
    }

    /**
     * A virtual LAN (section 10.3.4.15).
     *
     * @param id its number, 16 bits
     */
    record Vlan(int id) implements DeviceNode {
        @Override
        public int type() {
            return 0x03;
        }

        @Override
        public int subType() {
            return 0x14;
        }

        @Override
        public Bytes body() {
            return new NodeWriter(2).u16(id).bytes();
        }

        @Override
        public String toString() {
            return "Vlan(" + id + ")";
        }
    }

    /**
     * Name servers (section 10.3.4.27).
     *
     * @param ipv6 whether all of them are IPv6 addresses
     * @param servers 16 bytes for each; an IPv4 address is in the first 4
     */
    record Dns(boolean ipv6, Bytes servers) implements DeviceNode {
        /** Checks the length. */
        public Dns {
            if (servers.length() % 16 != 0 || servers.length() >= MAX_BODY) {
                throw new IllegalArgumentException(
                        "name servers have 16 bytes each, not " + servers.length() + " in all");
            }
        }

        @Override
        public int type() {
            return 0x03;
        }

        @Override
        public int subType() {
            return 0x1F;
        }

        @Override
        public Bytes body() {
            return new NodeWriter(1 + servers.length())
                    .u8(ipv6 ? 1 : 0)
                    .bytes(servers, servers.length())
                    .bytes();
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("Dns(");
            byte[] all = servers.toArray();
            for (int at = 0; at + 16 <= all.length; at += 16) {
                byte[] one = Arrays.copyOfRange(all, at, at + (ipv6 ? 16 : 4));
                text.append(at == 0 ? "" : ",").append(NodeText.address(Bytes.of(one)));
            }
            return text.append(')').toString();
        }
    }

    /**
     * A URI (section 10.3.4.23). An empty one asks DHCP for it.
     *
     * @param uri its text, without NUL
     * @param terminated whether a NUL follows it, as firmware writes it
     */
    record Uri(String uri, boolean terminated) implements DeviceNode {
        /** Checks the length. */
        public Uri {
            if (uri.indexOf('\0') >= 0 || uri.getBytes(StandardCharsets.UTF_8).length >= MAX_BODY) {
                throw new IllegalArgumentException("the URI of a device path holds no NUL and at most " + (MAX_BODY - 1)
                        + " bytes, not " + uri.length() + " characters");
            }
        }

        @Override
        public int type() {
            return 0x03;
        }

        @Override
        public int subType() {
            return 0x18;
        }

        @Override
        public Bytes body() {
            return Bytes.of((terminated ? uri + '\0' : uri).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return "Uri(" + uri + ")";
        }
    }

    /**
     * A partition of a disk (section 10.3.5.1).
     *
     * @param number from 1
     * @param start its first block
     * @param blocks its length in blocks
     * @param signature 16 bytes: for GPT the partition's GUID
     * @param format 1 MBR, 2 GPT
     * @param signatureType 0 none, 1 MBR, 2 GUID
     */
    record HardDrive(int number, long start, long blocks, Bytes signature, int format, int signatureType)
            implements DeviceNode {
        /** Checks the lengths. */
        public HardDrive {
            NodeWriter.require(signature, 16);
        }

        @Override
        public int type() {
            return 0x04;
        }

        @Override
        public int subType() {
            return 0x01;
        }

        @Override
        public Bytes body() {
            return new NodeWriter(38)
                    .u32(number)
                    .u64(start)
                    .u64(blocks)
                    .bytes(signature, 16)
                    .u8(format)
                    .u8(signatureType)
                    .bytes();
        }

        @Override
        public String toString() {
            String id = switch (signatureType) {
                case 2 -> "GPT," + EfiGuid.take(signature.buffer());
                case 1 -> "MBR,0x" + NodeText.hex(signature.buffer().getInt(), 8);
                default -> signatureType + "," + signature.hex();
            };
            return "HD(" + number + "," + id + ",0x" + Long.toHexString(start) + ",0x" + Long.toHexString(blocks) + ")";
        }
    }

    /**
     * A file (section 10.3.5.4).
     *
     * @param path with backslashes, without NUL
     */
    record FilePath(String path) implements DeviceNode {
        /** Checks the length. */
        public FilePath {
            if (path.indexOf('\0') >= 0 || Ucs2.size(path) > MAX_BODY) {
                throw new IllegalArgumentException("the file of a device path holds no NUL and at most "
                        + (MAX_BODY / 2 - 1) + " characters, not " + path.length());
            }
        }

        @Override
        public int type() {
            return 0x04;
        }

        @Override
        public int subType() {
            return 0x04;
        }

        @Override
        public Bytes body() {
            return Ucs2.encode(path);
        }

        @Override
        public String toString() {
            return path;
        }
    }

    /**
     * A file in a firmware volume (Platform Initialization, volume 3).
     *
     * @param file its name
     */
    record FvFile(EfiGuid file) implements DeviceNode {
        @Override
        public int type() {
            return 0x04;
        }

        @Override
        public int subType() {
            return 0x06;
        }

        @Override
        public Bytes body() {
            return file.bytes();
        }

        @Override
        public String toString() {
            return "FvFile(" + file + ")";
        }
    }

    /**
     * A firmware volume (Platform Initialization, volume 3).
     *
     * @param volume its name
     */
    record FvName(EfiGuid volume) implements DeviceNode {
        @Override
        public int type() {
            return 0x04;
        }

        @Override
        public int subType() {
            return 0x07;
        }

        @Override
        public Bytes body() {
            return volume.bytes();
        }

        @Override
        public String toString() {
            return "Fv(" + volume + ")";
        }
    }
}
