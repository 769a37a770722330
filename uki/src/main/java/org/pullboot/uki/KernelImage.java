package org.pullboot.uki;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** A kernel that can go into a UKI: one built with an EFI stub, so that it is a PE image itself, and not compressed. */
record KernelImage(Path file, PeFile pe) {
    private static final int HEAD = 16;
    private static final int ZBOOT_MARK = 4;
    private static final int ZBOOT_KIND = 24;

    static KernelImage read(Path file) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(ZBOOT_KIND + HEAD);
        }
        String compression = compression(head);
        if (!compression.isEmpty()) {
            throw new PeException(file + " is a kernel compressed with " + compression
                    + ": a UKI holds the plain EFI image, so unpack it first, with " + compression + " -d");
        }
        if (startsWith(head, 0, "4d5a") && startsWith(head, ZBOOT_MARK, "7a696d67")) {
            throw new PeException(file + " is an EFI zboot kernel compressed with " + zbootKind(head)
                    + ": a UKI holds the plain EFI image, so take the kernel's Image or vmlinux.bin");
        }
        return new KernelImage(file, PeFile.read(file));
    }

    private static String compression(byte[] head) {
        if (startsWith(head, 0, "1f8b")) {
            return "gzip";
        } else if (startsWith(head, 0, "28b52ffd")) {
            return "zstd";
        } else if (startsWith(head, 0, "fd377a585a00")) {
            return "xz";
        } else if (startsWith(head, 0, "425a68")) {
            return "bzip2";
        } else if (startsWith(head, 0, "02214c18") || startsWith(head, 0, "04224d18")) {
            return "lz4";
        }
        return startsWith(head, 0, "5d0000") ? "lzma" : "";
    }

    private static boolean startsWith(byte[] head, int at, String hex) {
        byte[] magic = HexFormat.of().parseHex(hex);
        if (head.length < at + magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if (head[at + i] != magic[i]) {
                return false;
            }
        }
        return true;
    }

    /** The name that the zboot header gives, with what would spoil a message left out. */
    private static String zbootKind(byte[] head) {
        int length = Math.max(0, Math.min(HEAD, head.length - ZBOOT_KIND));
        String name = new String(head, Math.min(ZBOOT_KIND, head.length), length, StandardCharsets.US_ASCII);
        return name.replaceAll("[^a-z0-9].*", "");
    }
}
