package org.pullboot.nvme;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What Identify Controller says (NVMe Base 2.0, figure 275), as far as a host needs it.
 *
 * @param id CNTLID
 * @param inCapsule bytes of data that an I/O command may have in its capsule
 * @param maximumTransfer bytes of data that a command may move; {@link Integer#MAX_VALUE} for no limit
 * @param writeCache whether writes wait for a flush to be durable
 * @param serial its serial number
 * @param model its model number
 * @param subsystemNqn the subsystem it belongs to
 */
record InitiatorController(
        int id,
        int inCapsule,
        int maximumTransfer,
        boolean writeCache,
        String serial,
        String model,
        String subsystemNqn) {
    /** Reads it and refuses what Linux refuses. */
    static InitiatorController of(ByteBuffer page, int controller) {
        InitiatorViolation.unless(page.capacity() == 4096, "Identify Controller has %d bytes", page.capacity());
        int id = Short.toUnsignedInt(page.getShort(78));
        InitiatorViolation.unless(id == controller, "Identify Controller says id %d, Connect said %d", id, controller);
        int capsule = page.getInt(1792);
        InitiatorViolation.unless(capsule >= 4 && capsule < 1 << 20, "IOCCSZ is %d", capsule);
        InitiatorViolation.unless(page.getInt(1796) >= 1, "IORCSZ is %d", page.getInt(1796));
        InitiatorViolation.unless(page.getShort(1800) == 0, "ICDOFF is %d", page.getShort(1800));
        InitiatorViolation.unless(
                (page.getInt(536) & 3) != 0, "SGLS is 0x%x, so SGLs are not supported", page.getInt(536));
        InitiatorViolation.unless(page.get(512) == 0x66 && page.get(513) == 0x44, "SQES or CQES is wrong");
        boolean discovery = page.get(111) == 2;
        InitiatorViolation.unless(discovery || page.getShort(320) > 0, "KAS is 0");
        int mdts = Byte.toUnsignedInt(page.get(77));
        return new InitiatorController(
                id,
                capsule * 16 - 64,
                mdts == 0 || mdts > 18 ? Integer.MAX_VALUE : 4096 << mdts,
                (page.get(525) & 1) == 1,
                text(page, 4, 20),
                text(page, 24, 40),
                text(page, 768, 256));
    }

    private static String text(ByteBuffer page, int offset, int length) {
        byte[] bytes = new byte[length];
        page.get(offset, bytes);
        String all = new String(bytes, StandardCharsets.US_ASCII);
        int end = all.indexOf('\0');
        return (end < 0 ? all : all.substring(0, end)).stripTrailing();
    }
}
