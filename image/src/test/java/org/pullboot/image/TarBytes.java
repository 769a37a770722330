package org.pullboot.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Puts tar archives together block by block, so that they can be wrong in ways that no writer would make. */
final class TarBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A header that later calls may spoil before it is sealed. */
    static byte[] header(char type, String name, String link, String sizeOctal) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, sizeOctal);
        put(header, 136, "00000000000\0");
        header[156] = (byte) type;
        put(header, 157, link);
        put(header, 257, "ustar\00000");
        put(header, 329, "0000001\0");
        put(header, 337, "0000003\0");
        return sealed(header);
    }

    static byte[] sealed(byte[] header) {
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xFF;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        return header;
    }

    static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    TarBytes block(byte[] block) {
        out.writeBytes(block);
        return this;
    }

    TarBytes entry(char type, String name, String link, String content) {
        byte[] bytes = content.getBytes(UTF_8);
        block(header(type, name, link, "%011o\0".formatted(bytes.length)));
        block(bytes);
        return block(new byte[-bytes.length & 511]);
    }

    TarBytes file(String name, String content) {
        return entry('0', name, "", content);
    }

    TarBytes directory(String name) {
        return entry('5', name, "", "");
    }

    TarBytes symbolicLink(String name, String target) {
        return entry('2', name, target, "");
    }

    TarBytes hardLink(String name, String target) {
        return entry('1', name, target, "");
    }

    /** A pax header of "KEY=VALUE" records. */
    TarBytes pax(String... records) {
        StringBuilder content = new StringBuilder();
        for (String record : records) {
            int rest = record.getBytes(UTF_8).length + 2;
            int length = rest + 1;
            while (rest + Integer.toString(length).length() > length) {
                length++;
            }
            content.append(length).append(' ').append(record).append('\n');
        }
        return entry('x', "pax", "", content.toString());
    }

    byte[] unended() {
        return out.toByteArray();
    }

    byte[] end() {
        return block(new byte[1024]).unended();
    }
}
