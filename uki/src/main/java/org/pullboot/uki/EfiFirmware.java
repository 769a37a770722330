package org.pullboot.uki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The content of an .efifw section: a header, the identifier of the hardware by which .hwids finds it, and the firmware. */
final class EfiFirmware {
    private static final int MAGIC = 0xFEEDDEAD;
    private static final int HEADER = 16;
    private static final long MOST = 256L << 20;

    private EfiFirmware() {}

    /**
     * Packs a directory.
     *
     * @param directory its name is the identifier, and the one file in it is the firmware
     * @throws PeException when there is not one file in it, or that is empty or far too long
     * @throws IOException when it cannot be read
     */
    static SectionContent of(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> list = Files.list(directory)) {
            files = list.limit(2).toList();
        }
        if (files.size() != 1) {
            throw new PeException(directory + " should hold exactly one file, the firmware, but holds "
                    + (files.isEmpty() ? "none" : "more"));
        }
        Path file = files.getFirst();
        long size = Files.size(file);
        if (size == 0 || size > MOST) {
            throw new PeException(file + " has " + size + " bytes: firmware has at least one and at most " + MOST);
        }
        Path name = directory.getFileName();
        byte[] identifier = String.valueOf(name == null ? "" : name).getBytes(StandardCharsets.UTF_8);
        byte[] payload = Files.readAllBytes(file);
        ByteBuffer out = ByteBuffer.allocate(HEADER + identifier.length + 1 + payload.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putInt(HEADER).putInt(identifier.length + 1).putInt(payload.length);
        out.put(identifier).put((byte) 0).put(payload);
        return SectionContent.of(out.array());
    }
}
