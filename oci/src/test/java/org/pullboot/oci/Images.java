package org.pullboot.oci;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.pullboot.image.Sha256;
import org.pullboot.image.TarEntry;
import org.pullboot.image.TarWriter;
import org.pullboot.image.ZstdOutputStream;

/** Makes images by hand, so that they can be wrong in ways that no tool would make. */
final class Images {
    static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
    static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String INDEX = "application/vnd.oci.image.index.v1+json";

    /** Blobs by digest. */
    final Map<String, byte[]> blobs = new LinkedHashMap<>();

    static String digest(byte[] bytes) {
        return Sha256.of(Sha256.digester().digest(bytes)).toString();
    }

    String add(byte[] blob) {
        String digest = digest(blob);
        blobs.put(digest, blob);
        return digest;
    }

    String descriptor(String type, byte[] blob, String more) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + add(blob) + "\",\"size\":" + blob.length + more + "}";
    }

    /** A layer of files: names and contents by turns. */
    static byte[] tar(String... files) throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (TarWriter writer = new TarWriter(archive)) {
            for (int i = 0; i < files.length; i += 2) {
                byte[] content = files[i + 1].getBytes(UTF_8);
                writer.add(
                        TarEntry.file(files[i].getBytes(UTF_8), content.length).build(),
                        new ByteArrayInputStream(content));
            }
        }
        return archive.toByteArray();
    }

    static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }

    static byte[] zstd(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new ZstdOutputStream(packed, 3, 0)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }

    static String config(String architecture, byte[]... plainLayers) {
        StringBuilder ids = new StringBuilder();
        for (byte[] layer : plainLayers) {
            ids.append(ids.isEmpty() ? "" : ",")
                    .append('"')
                    .append(digest(layer))
                    .append('"');
        }
        return "{\"architecture\":\"" + architecture + "\",\"os\":\"linux\",\"config\":{\"Entrypoint\":[\"/bin/app\"],"
                + "\"Cmd\":[\"-v\"],\"Env\":[\"A=b\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + ids + "]}}";
    }

    /** A whole image: three layers, packed in three ways; gives its manifest. */
    byte[] image(String mark) throws IOException {
        byte[] low = tar("sbin/init", "low", "etc/mark", mark, "gone", "x");
        byte[] middle = tar(".wh.gone", "", "etc/middle", "2");
        byte[] high = tar("etc/high", "3");
        return manifest(
                config(Platform.ofHost().architecture(), low, middle, high),
                descriptor(LAYER, low, ""),
                descriptor(LAYER + "+gzip", gzip(middle), ""),
                descriptor(LAYER + "+zstd", zstd(high), ""));
    }

    byte[] manifest(String config, String... layers) {
        return ("{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST + "\",\"config\":"
                        + descriptor(CONFIG, config.getBytes(UTF_8), "") + ",\"layers\":[" + String.join(",", layers)
                        + "]}")
                .getBytes(UTF_8);
    }

    static byte[] index(String... descriptors) {
        return ("{\"schemaVersion\":2,\"mediaType\":\"" + INDEX + "\",\"manifests\":[" + String.join(",", descriptors)
                        + "]}")
                .getBytes(UTF_8);
    }

    static String named(String name) {
        return ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"" + name + "\"}";
    }

    static String platform(String architecture) {
        return ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"}";
    }

    /** Writes a layout of all blobs. */
    void layout(Path directory, byte[] index) throws IOException {
        Path blobDirectory = Files.createDirectories(directory.resolve("blobs/sha256"));
        Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        Files.write(directory.resolve("index.json"), index);
        for (Map.Entry<String, byte[]> blob : blobs.entrySet()) {
            Files.write(blobDirectory.resolve(blob.getKey().substring("sha256:".length())), blob.getValue());
        }
    }
}
