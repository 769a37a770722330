package org.pullboot.nvme;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;

/**
 * The form in which secrets are handed from person to person: {@code PREFIX:HH:base64(key, CRC-32 of the key):}, with the
 * CRC little-endian (NVM Express Base 2.0, 8.13.5.8; NVMe/TCP 1.0, 3.6.1.5).
 *
 * @param hash what stands for the hash
 */
@SuppressWarnings("ArrayRecordComponent") // passed on at once, never compared
record SecretText(int hash, byte[] key) {
    private static final int LONGEST_BASE64 = 128;

    /** Reads the form; its owner says which hashes and lengths there are. */
    static SecretText parse(String prefix, String text) throws SecretException {
        String[] parts = text.split(":", -1);
        if (parts.length != 4
                || !parts[0].equals(prefix)
                || !parts[3].isEmpty()
                || parts[2].length() > LONGEST_BASE64) {
            throw new SecretException("a secret has the form " + prefix + ":HH:BASE64: and this one has not; "
                    + "take it as it was generated, with the colon at its end");
        }
        if (!parts[1].matches("0[0-9]")) {
            throw new SecretException("a secret names its hash by two digits after " + prefix
                    + ": and this one does not; take it as it was generated");
        }
        byte[] content = decode(prefix, parts[2]);
        byte[] key = Arrays.copyOf(content, Math.max(0, content.length - Integer.BYTES));
        if (content.length < Integer.BYTES
                || ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getInt(key.length) != crc(key)) {
            throw new SecretException("the check sum in a secret of the form " + prefix
                    + ":HH:BASE64: is wrong, so a character was lost or changed; copy it again");
        }
        return new SecretText(parts[1].charAt(1) - '0', key);
    }

    String text(String prefix) {
        ByteBuffer content = ByteBuffer.allocate(key.length + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        content.put(key).putInt(crc(key));
        return prefix + ":0" + hash + ":" + Base64.getEncoder().encodeToString(content.array()) + ":";
    }

    private static byte[] decode(String prefix, String base64) throws SecretException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException notBase64) {
            // Its message shows a character of the secret.
            throw new SecretException("the part of a secret after " + prefix
                    + ":HH: is Base64 and this one's is not; take it as it was generated");
        }
    }

    private static int crc(byte[] key) {
        CRC32 crc = new CRC32();
        crc.update(key);
        return (int) crc.getValue();
    }

    /** Never shows the secret. */
    @Override
    public String toString() {
        return "a secret of " + key.length + " bytes";
    }
}
