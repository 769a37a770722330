package org.pullboot.oci;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.DecompressedInputStream;
import org.pullboot.image.Layer;
import org.pullboot.image.Sha256;

/** A layer that is a file here. */
final class LayerFile implements Layer {
    private final Path file;
    private final @Nullable Descriptor descriptor;
    private final Sha256 plain;
    private final boolean ours;

    /**
     * @param descriptor what the file must be as it is; null when nothing says
     * @param plain what it must be when it is not compressed
     * @param ours whether it was made for this and may go once it was read
     */
    LayerFile(Path file, @Nullable Descriptor descriptor, Sha256 plain, boolean ours) {
        this.file = file;
        this.descriptor = descriptor;
        this.plain = plain;
        this.ours = ours;
    }

    @Override
    public InputStream open() throws IOException {
        InputStream in = Files.newInputStream(file);
        try {
            InputStream stored = descriptor == null
                    ? in
                    : new VerifiedStream(
                            in, "the layer " + descriptor.digest(), descriptor.digest(), descriptor.size());
            return new VerifiedStream(
                    DecompressedInputStream.of(stored), "the unpacked layer " + file.getFileName(), plain, -1);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    @Override
    public void finished() throws IOException {
        if (ours) {
            Files.delete(file);
        }
    }
}
