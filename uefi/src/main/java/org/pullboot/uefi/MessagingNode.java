package org.pullboot.uefi;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** A node of type 3: how to talk to a device or through it (UEFI 2.10, section 10.3.4). */
public sealed interface MessagingNode extends DeviceNode
        permits IpNode, MessagingNode.Mac, MessagingNode.Vlan, MessagingNode.Dns, MessagingNode.Uri {
    /**
     * A network interface (section 10.3.4.10).
     *
     * @param address 32 bytes, zero-padded; Ethernet uses 6
     * @param interfaceType as RFC 3232 numbers them; 1 is Ethernet
     */
    record Mac(Bytes address, int interfaceType) implements MessagingNode {
        private static final int ETHERNET_BYTES = 6;

        /** Checks the lengths. */
        public Mac {
            NodeWriter.require(address, 32);
        }

        static Mac ethernet(Bytes address) {
            NodeWriter.require(address, ETHERNET_BYTES);
            return new Mac(Bytes.of(Arrays.copyOf(address.toArray(), 32)), 1);
        }

        /** Whether it is this Ethernet address of 6 bytes; firmware writes type 1, some 0. */
        boolean isEthernet(Bytes other) {
            return interfaceType <= 1 && address.equals(ethernet(other).address);
        }

        /** The address as Linux writes it, {@code 52:54:00:12:34:56}; all 32 bytes when it is no Ethernet card. */
        public String text() {
            byte[] used = interfaceType <= 1 ? Arrays.copyOf(address.toArray(), ETHERNET_BYTES) : address.toArray();
            return HexFormat.ofDelimiter(":").formatHex(used);
        }

        @Override
        public int code() {
            return 0x030B;
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
     * A virtual LAN (section 10.3.4.15).
     *
     * @param id its number, 16 bits
     */
    record Vlan(int id) implements MessagingNode {
        @Override
        public int code() {
            return 0x0314;
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
    record Dns(boolean ipv6, Bytes servers) implements MessagingNode {
        /** Checks the length. */
        public Dns {
            if (servers.length() % 16 != 0 || servers.length() >= MAX_BODY) {
                throw new IllegalArgumentException(
                        "name servers have 16 bytes each, not " + servers.length() + " in all");
            }
        }

        @Override
        public int code() {
            return 0x031F;
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
    record Uri(String uri, boolean terminated) implements MessagingNode {
        /** Checks the length. */
        public Uri {
            if (uri.indexOf('\0') >= 0 || uri.getBytes(StandardCharsets.UTF_8).length >= MAX_BODY) {
                throw new IllegalArgumentException("the URI of a device path holds no NUL and at most " + (MAX_BODY - 1)
                        + " bytes, not " + uri.length() + " characters");
            }
        }

        @Override
        public int code() {
            return 0x0318;
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
}
