package org.pullboot.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a file is, told by its content alone.
 *
 * @param compression how it is compressed
 * @param kind what is inside the compression
 */
public record ImageProbe(Compression compression, ImageKind kind) {
    private static final int SECTOR = 512;
    private static final int PE_POINTER_AT = 0x3C;
    private static final int PE_SECTION_COUNT_AT = 6;
    private static final int PE_OPTIONAL_BYTES_AT = 20;
    private static final int PE_HEADER_BYTES = 24;
    private static final int PE_SECTION_BYTES = 40;
    private static final int MBR_ENTRIES_AT = 446;
    private static final int MBR_ENTRY_BYTES = 16;
    private static final int MBR_TYPE_PROTECTIVE = 0xEE;

    /**
     * Looks at a file.
     *
     * @throws ImageException when its compression is damaged or the machine lacks the library for it
     * @throws IOException when it cannot be read
     */
    public static ImageProbe probe(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return probe(in);
        }
    }

    /**
     * Looks at what a stream holds: at most its first {@link FileSystemType#PROBE_BYTES} after decompression are
     * needed. The stream stays open.
     *
     * @throws ImageException when its compression is damaged or the machine lacks the library for it
     * @throws IOException when it cannot be read
     */
    public static ImageProbe probe(InputStream in) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(FileSystemType.PROBE_BYTES);
        try (DecompressedInputStream plain = DecompressedInputStream.of(new Unclosed(in))) {
            int bytes = plain.readNBytes(head.array(), 0, head.capacity());
            return new ImageProbe(plain.compression(), kind(head.limit(bytes)));
        }
    }

    /**
     * Tells what plain bytes are the beginning of.
     *
     * @param head the first bytes, {@link FileSystemType#PROBE_BYTES} if there are as many; left as it is
     */
    public static ImageKind kind(ByteBuffer head) {
        ByteBuffer in = head.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (!in.hasRemaining()) {
            return new ImageKind.Empty();
        }
        for (int sectorBytes : GptReader.SECTOR_BYTES) {
            if (FileSystemType.has(in, sectorBytes, GptHeader.SIGNATURE)) {
                return new ImageKind.GptDisk(sectorBytes);
            }
        }
        if (in.limit() >= TarHeader.BYTES && TarHeader.isHeader(in)) {
            return new ImageKind.Tar();
        }
        if (FileSystemType.has(in, 0, "MZ")) {
            return pe(in);
        }
        if (FileSystemType.has(in, 0, "QFI\u00FB")) {
            return new ImageKind.Qcow2();
        }
        if (FileSystemType.has(in, 0, "07070") || FileSystemType.has(in, 0, "\u00C7q")) {
            return new ImageKind.Cpio();
        }
        Optional<FileSystemType> fileSystem = FileSystemType.probe(in);
        if (fileSystem.isPresent()) {
            return new ImageKind.BareFileSystem(fileSystem.get());
        }
        return partitionedOrUnknown(in);
    }

    /** A program is a UKI when it carries a kernel in a section, whatever else it has. */
    private static ImageKind pe(ByteBuffer in) {
        if (in.limit() < PE_POINTER_AT + Integer.BYTES) {
            return new ImageKind.Unknown("a DOS program");
        }
        int pe = in.getInt(PE_POINTER_AT);
        if (pe < 0 || pe > in.limit() - PE_HEADER_BYTES || !FileSystemType.has(in, pe, "PE\0\0")) {
            return new ImageKind.Unknown("a DOS program");
        }
        int sections = in.getShort(pe + PE_SECTION_COUNT_AT) & 0xFFFF;
        int section = pe + PE_HEADER_BYTES + (in.getShort(pe + PE_OPTIONAL_BYTES_AT) & 0xFFFF);
        for (int i = 0; i < sections; i++) {
            if (FileSystemType.has(in, section, ".linux\0\0")) {
                return new ImageKind.Pe(true);
            }
            section += PE_SECTION_BYTES;
        }
        return new ImageKind.Pe(false);
    }

    private static ImageKind partitionedOrUnknown(ByteBuffer in) {
        if (in.limit() >= SECTOR && (in.getShort(SECTOR - 2) & 0xFFFF) == 0xAA55) {
            for (int at = MBR_ENTRIES_AT; at < SECTOR - 2; at += MBR_ENTRY_BYTES) {
                int status = in.get(at) & 0xFF;
                int type = in.get(at + 4) & 0xFF;
                if (type == MBR_TYPE_PROTECTIVE) {
                    // The table at the start is gone, but there may be one at the end.
                    return new ImageKind.GptDisk(SECTOR);
                }
                if (type != 0 && (status == 0 || status == 0x80)) {
                    return new ImageKind.MbrDisk();
                }
            }
        }
        return new ImageKind.Unknown(name(in));
    }

    private static String name(ByteBuffer in) {
        if (FileSystemType.has(in, 0, "\u0004\"M\u0018")) {
            return "an lz4 file, a compression that Pullboot does not know";
        }
        if (FileSystemType.has(in, 0, "PK\u0003\u0004")) {
            return "a zip archive";
        }
        if (FileSystemType.has(in, 0, "KDMV")) {
            return "a VMDK disk image";
        }
        if (FileSystemType.has(in, 0, "vhdxfile")) {
            return "a VHDX disk image";
        }
        if (FileSystemType.has(in, 0, "conectix")) {
            return "a VHD disk image";
        }
        if (FileSystemType.has(in, 0, "\u007FELF")) {
            return "an ELF program";
        }
        return "nothing that Pullboot knows";
    }

    /** Keeps a caller's stream open when the one around it is closed. */
    private static final class Unclosed extends FilterInputStream {
        Unclosed(InputStream in) {
            super(in);
        }

        @Override
        public void close() {}
    }
}
