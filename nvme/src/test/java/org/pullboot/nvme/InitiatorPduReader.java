package org.pullboot.nvme;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Takes PDUs from a connection and holds each to the specification as far as the PDU alone tells: type, lengths, flags,
 * offsets, reserved bytes, digests (NVMe/TCP Transport 1.0, 3.6.2).
 */
final class InitiatorPduReader {
    private static final int COMMON_HEADER = 8;
    private static final int LONGEST = (16 << 20) + 256;

    private final InitiatorSocket socket;
    private final InitiatorOptions options;
    private final CRC32C checksum = new CRC32C();
    private boolean initialised;
    private int taken;

    InitiatorPduReader(InitiatorSocket socket, InitiatorOptions options) {
        this.socket = socket;
        this.options = options;
    }

    /** Whether the next PDU is there already. */
    boolean hasWhole() {
        ByteBuffer bytes = socket.received();
        int next = bytes.position() + taken;
        int there = bytes.limit() - next;
        return there >= COMMON_HEADER && there >= Integer.toUnsignedLong(bytes.getInt(next + 4));
    }

    /** The next PDU; null when the target closed the connection instead. */
    @Nullable
    InitiatorPdu next() throws IOException {
        ByteBuffer before = socket.received();
        before.position(before.position() + taken);
        taken = 0;
        if (!socket.has(COMMON_HEADER)) {
            InitiatorViolation.unless(
                    !socket.received().hasRemaining(), "the target closed the connection within a PDU's common header");
            return null;
        }
        ByteBuffer bytes = socket.received();
        int type = Byte.toUnsignedInt(bytes.get(bytes.position()));
        long length = Integer.toUnsignedLong(bytes.getInt(bytes.position() + 4));
        InitiatorViolation.unless(
                length >= 24 && length <= LONGEST, "a PDU of type 0x%02x says it is %d bytes long", type, length);
        InitiatorViolation.unless(
                socket.has((int) length), "the target closed the connection within a PDU of type 0x%02x", type);
        taken = (int) length;
        return check(type, (int) length);
    }

    private InitiatorPdu check(int type, int length) {
        ByteBuffer bytes = socket.received();
        InitiatorPdu bare = new InitiatorPdu(bytes, bytes.position(), 0, 0);
        if (type == InitiatorPdu.C2H_TERM_REQ) {
            return termination(bare, bytes, length);
        }
        if (!initialised) {
            InitiatorViolation.unless(type == InitiatorPdu.IC_RESP, "the answer to ICReq is a %s", bare);
            initialResponse(bare);
            initialised = true;
            return bare;
        }
        return switch (type) {
            case InitiatorPdu.CAPSULE_RESP -> {
                header(bare, 0);
                withoutData(bare, length);
                yield bare;
            }
            case InitiatorPdu.R2T -> {
                header(bare, 0);
                withoutData(bare, length);
                zero(bare, 20, 24);
                yield bare;
            }
            case InitiatorPdu.C2H_DATA -> data(bare, bytes, length);
            default -> throw new InitiatorViolation("a host is never sent a " + bare);
        };
    }

    private static InitiatorPdu termination(InitiatorPdu pdu, ByteBuffer bytes, int length) {
        InitiatorViolation.unless(
                pdu.flags() == 0 && pdu.u8(2) == 24 && pdu.u8(3) == 0 && length <= 152,
                "C2HTermReq has flags 0, hlen 24, pdo 0 and at most 152 bytes, but came as %s",
                pdu);
        int status = pdu.u16(8);
        InitiatorViolation.unless(status >= 1 && status <= 6, "C2HTermReq says fatal error status %d", status);
        zero(pdu, 14, 24);
        return new InitiatorPdu(bytes, bytes.position(), 24, length - 24);
    }

    private void initialResponse(InitiatorPdu pdu) {
        InitiatorViolation.unless(
                pdu.flags() == 0 && pdu.u8(2) == 128 && pdu.u8(3) == 0 && pdu.u32(4) == 128,
                "ICResp has flags 0, hlen 128, pdo 0 and plen 128, but came as %s",
                pdu);
        InitiatorViolation.unless(pdu.u16(8) == 0, "ICResp says format version %d", pdu.u16(8));
        InitiatorViolation.unless(pdu.u8(10) <= 31, "ICResp says CPDA %d", pdu.u8(10));
        InitiatorViolation.unless(
                pdu.u8(11) == options.digests(),
                "ICResp enables digests 0x%x where 0x%x were asked for",
                pdu.u8(11),
                options.digests());
        InitiatorViolation.unless(
                pdu.u32(12) >= 4096 && pdu.u32(12) % 4 == 0,
                "ICResp says MAXH2CDATA %d, not a multiple of 4 from 4096 up",
                pdu.u32(12));
        zero(pdu, 16, 128);
    }

    private InitiatorPdu data(InitiatorPdu bare, ByteBuffer bytes, int length) {
        int digestFlag = options.dataDigest() ? InitiatorPdu.HAS_DATA_DIGEST : 0;
        header(bare, digestFlag | (bare.flags() & (InitiatorPdu.LAST | InitiatorPdu.SUCCESS)));
        int unit = (options.alignment() + 1) * 4;
        int start = Math.ceilDiv(headerEnd(), unit) * unit;
        InitiatorViolation.unless(bare.u8(3) == start, "C2HData's data begins at %d, not %d", bare.u8(3), start);
        zero(bare, headerEnd(), start);
        zero(bare, 10, 12);
        zero(bare, 20, 24);
        int trailer = options.dataDigest() ? 4 : 0;
        long carried = bare.u32(16);
        InitiatorViolation.unless(carried > 0, "C2HData says it carries no data");
        InitiatorViolation.unless(
                length == start + carried + trailer,
                "C2HData is %d bytes long, but its data needs %d",
                length,
                start + carried + trailer);
        InitiatorViolation.unless(
                !bare.is(InitiatorPdu.SUCCESS) || bare.is(InitiatorPdu.LAST), "C2HData says SUCCESS without LAST_PDU");
        if (options.dataDigest()) {
            digest("data", bytes.position() + start, (int) carried);
        }
        return new InitiatorPdu(bytes, bytes.position(), start, (int) carried);
    }

    private void header(InitiatorPdu pdu, int flags) {
        int wanted = flags | (options.headerDigest() ? InitiatorPdu.HAS_HEADER_DIGEST : 0);
        InitiatorViolation.unless(pdu.flags() == wanted, "flags 0x%02x were expected in a %s", wanted, pdu);
        InitiatorViolation.unless(pdu.u8(2) == 24, "hlen 24 was expected in a %s", pdu);
        if (options.headerDigest()) {
            InitiatorViolation.unless(pdu.u32(4) >= 28, "there is no room for a header digest in a %s", pdu);
            digest("header", socket.received().position(), 24);
        }
    }

    private void withoutData(InitiatorPdu pdu, int length) {
        InitiatorViolation.unless(
                pdu.u8(3) == 0 && length == headerEnd(), "pdo 0 and plen %d were expected in a %s", headerEnd(), pdu);
    }

    private int headerEnd() {
        return options.headerDigest() ? 28 : 24;
    }

    private void digest(String what, int start, int length) {
        ByteBuffer bytes = socket.received();
        InitiatorViolation.unless(start + length + 4 <= bytes.limit(), "the %s digest is not within the PDU", what);
        int position = bytes.position();
        int limit = bytes.limit();
        checksum.reset();
        checksum.update(bytes.limit(start + length).position(start));
        bytes.limit(limit).position(position);
        int found = bytes.getInt(start + length);
        InitiatorViolation.unless(
                found == (int) checksum.getValue(),
                "the %s digest is 0x%08x, but computes to 0x%08x",
                what,
                found,
                (int) checksum.getValue());
    }

    private static void zero(InitiatorPdu pdu, int from, int to) {
        for (int offset = from; offset < to; offset++) {
            InitiatorViolation.unless(pdu.u8(offset) == 0, "reserved byte %d is not 0 in a %s", offset, pdu);
        }
    }
}
