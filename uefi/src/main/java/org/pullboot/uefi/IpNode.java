package org.pullboot.uefi;

/** The addresses a machine boots over (UEFI 2.10, sections 10.3.4.12 and 10.3.4.13); in a boot entry they may be all zeros. */
public sealed interface IpNode extends MessagingNode {
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
            implements IpNode {
        /** Checks the lengths. */
        public Ipv4 {
            NodeWriter.require(local, 4);
            NodeWriter.require(remote, 4);
            NodeWriter.require(gateway, 4);
            NodeWriter.require(mask, 4);
        }

        @Override
        public int code() {
            return 0x030C;
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
            implements IpNode {
        /** Checks the lengths. */
        public Ipv6 {
            NodeWriter.require(local, 16);
            NodeWriter.require(remote, 16);
            NodeWriter.require(gateway, 16);
        }

        @Override
        public int code() {
            return 0x030D;
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
}
