package org.pullboot.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;

/** Copies what a view shows into a new file that takes room only for what is not zero. */
record DiskCopy(VolumeFiles files, View view, long size) {
    private static final int PIECE = 1 << 20;
    private static final ByteBuffer ZEROES =
            ByteBuffer.allocateDirect(Layer.BLOCK).asReadOnlyBuffer();

    /** Makes the file, which is there under its name when it is whole and durable, and not before. */
    void to(Path out) throws IOException {
        if (files.exists(out)) {
            throw new FileAlreadyExistsException(out.toString(), null, "it is there already, take another name");
        }
        Path absolute = out.toAbsolutePath();
        Path directory = absolute.resolveSibling(".");
        Path part = absolute.resolveSibling("." + absolute.getFileName() + ".part");
        try (VolumeFile file = files.create(part)) {
            file.resize(size);
            copy(file);
            file.sync();
        } catch (IOException e) {
            files.delete(part);
            throw e;
        }
        files.rename(part, absolute);
        files.syncDirectory(directory);
    }

    private void copy(VolumeFile file) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
        long blocks = view.map().blocks();
        for (long block = 0; block < blocks; ) {
            long run = view.map().run(block, blocks);
            if (view.zero(block)) {
                block += view.map().get(block) == BlockMap.ZERO ? run : 1;
                continue;
            }
            long at = block * Layer.BLOCK;
            int length = (int) Math.min(PIECE, Math.min(size - at, run * Layer.BLOCK));
            view.read(piece.clear().limit(length), at, true);
            writeWhatIsNotZero(file, piece.flip(), at);
            block += (length + Layer.BLOCK - 1) / Layer.BLOCK;
        }
    }

    private static void writeWhatIsNotZero(VolumeFile file, ByteBuffer piece, long at) throws IOException {
        int end = piece.limit();
        int from = 0;
        while (from < end) {
            int to = from;
            while (to < end && !zero(piece, to, end)) {
                to += Layer.BLOCK;
            }
            if (to > from) {
                file.write(piece.limit(Math.min(to, end)).position(from), at + from);
                piece.limit(end);
            }
            from = to + Layer.BLOCK;
        }
    }

    private static boolean zero(ByteBuffer piece, int from, int end) {
        int length = Math.min(Layer.BLOCK, end - from);
        return piece.slice(from, length).equals(ZEROES.slice(0, length));
    }
}
