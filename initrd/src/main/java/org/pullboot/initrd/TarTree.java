package org.pullboot.initrd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.pullboot.image.TarEntry;
import org.pullboot.image.TarWriter;

/** Writes a tree as a tar archive: the same tree always gives the same bytes. */
final class TarTree {
    private TarTree() {}

    /**
     * Writes a whole archive and closes the stream.
     *
     * @return how many bytes it has
     */
    static long write(FileTree tree, OutputStream out) throws IOException {
        Counter counter = new Counter(out);
        try (TarWriter tar = new TarWriter(counter)) {
            for (Map.Entry<String, FileTree.Node> entry : tree.nodes().entrySet()) {
                byte[] path = entry.getKey().getBytes(StandardCharsets.UTF_8);
                switch (entry.getValue()) {
                    case FileTree.Directory _ ->
                        tar.add(TarEntry.directory(path).permissions(0755).build());
                    case FileTree.Symlink(String target) ->
                        tar.add(TarEntry.symbolicLink(path, target.getBytes(StandardCharsets.UTF_8))
                                .build());
                    case FileTree.RegularFile(FileTree.Content content, boolean executable) -> {
                        try (InputStream in = content.open()) {
                            int mode = executable ? 0755 : 0644;
                            tar.add(
                                    TarEntry.file(path, content.size())
                                            .permissions(mode)
                                            .build(),
                                    in);
                        }
                    }
                }
            }
        }
        return counter.count;
    }

    private static final class Counter extends OutputStream {
        private final OutputStream target;
        private long count;

        Counter(OutputStream target) {
            this.target = target;
        }

        @Override
        public void write(int b) throws IOException {
            target.write(b);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            target.write(bytes, offset, length);
            count += length;
        }

        @Override
        public void flush() throws IOException {
            target.flush();
        }

        @Override
        public void close() throws IOException {
            target.close();
        }
    }
}
