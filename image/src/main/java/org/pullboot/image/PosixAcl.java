package org.pullboot.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Access control lists as tar archives have them, in text (acl(5), "SHORT TEXT FORM"), made into what the kernel keeps
 * (linux/posix_acl_xattr.h): little-endian, a version, then tag, permissions and number of each entry.
 */
final class PosixAcl {
    private static final int VERSION = 2;
    private static final int USER_OWNER = 0x01;
    private static final int USER = 0x02;
    private static final int GROUP_OWNER = 0x04;
    private static final int GROUP = 0x08;
    private static final int MASK = 0x10;
    private static final int OTHER = 0x20;
    private static final int NO_ID = -1;
    private static final long MOST_ID = 0xFFFF_FFFEL;

    private PosixAcl() {}

    /**
     * The value of the attribute.
     *
     * @param text entries between commas or line ends, as in "user::rw-,user:1000:r--"
     * @return nothing when it names users or groups that only another machine knows, or is none
     */
    static Optional<byte[]> of(byte[] text) {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        value.writeBytes(number(4, VERSION));
        for (String line :
                new String(text, StandardCharsets.UTF_8).replace('\n', ',').split(",", -1)) {
            int comment = line.indexOf('#');
            String entry = (comment < 0 ? line : line.substring(0, comment)).strip();
            if (!entry.isEmpty() && !add(entry.split(":", -1), value)) {
                return Optional.empty();
            }
        }
        return Optional.of(value.toByteArray());
    }

    private static boolean add(String[] fields, ByteArrayOutputStream value) {
        if (fields.length < 3 || fields.length > 4) {
            return false;
        }
        boolean owner = fields[1].isEmpty();
        int tag = switch (fields[0]) {
            case "user", "u" -> owner ? USER_OWNER : USER;
            case "group", "g" -> owner ? GROUP_OWNER : GROUP;
            case "mask", "m" -> owner ? MASK : 0;
            case "other", "o" -> owner ? OTHER : 0;
            default -> 0;
        };
        // star adds the number behind a name.
        long id = owner ? NO_ID : number(fields.length == 4 ? fields[3] : fields[1]);
        int permissions = permissions(fields[2]);
        if (tag == 0 || permissions < 0 || (!owner && id < 0)) {
            return false;
        }
        value.writeBytes(number(2, tag));
        value.writeBytes(number(2, permissions));
        value.writeBytes(number(4, (int) id));
        return true;
    }

    private static int permissions(String text) {
        int bits = 0;
        for (int i = 0; i < text.length(); i++) {
            int bit = "xwr".indexOf(text.charAt(i));
            if (bit < 0 && text.charAt(i) != '-') {
                return -1;
            }
            bits |= bit < 0 ? 0 : 1 << bit;
        }
        return bits;
    }

    private static long number(String text) {
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            number = number * 10 + digit;
            if (digit < 0 || digit > 9 || number > MOST_ID) {
                return -1;
            }
        }
        return text.isEmpty() ? -1 : number;
    }

    private static byte[] number(int bytes, int number) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return (bytes == 2 ? buffer.putShort((short) number) : buffer.putInt(number)).array();
    }
}
