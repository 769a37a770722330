package org.pullboot.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A UKI taken apart as a loader without firmware needs it (PE format; UAPI.5). Reads by itself, so that the tests do not
 * lean on the code under test.
 *
 * @param kernel the file of section .linux
 * @param initrd the file of section .initrd
 * @param commandLine section .cmdline
 */
record UkiParts(Path kernel, Path initrd, String commandLine) {
    /** Fetches the UKI and writes its parts to the directory. */
    static UkiParts fetch(String url, Path directory) throws IOException, InterruptedException {
        return fetch(url, directory, "curl/8");
    }

    /** The same as firmware does it: with its request a power-on begins, which has nothing to do with an earlier one. */
    static UkiParts fetchAtPowerOn(String url, Path directory) throws IOException, InterruptedException {
        return fetch(url, directory, "UefiHttpBoot/1.0");
    }

    private static UkiParts fetch(String url, Path directory, String agent) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> answer = client.send(
                    HttpRequest.newBuilder(URI.create(url))
                            .header("User-Agent", agent)
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new AssertionError(url + " answered " + answer.statusCode());
            }
            return of(answer.body(), directory);
        }
    }

    private static UkiParts of(byte[] uki, Path directory) throws IOException {
        Path kernel = Files.write(directory.resolve("vmlinuz"), section(uki, ".linux"));
        Path initrd = Files.write(directory.resolve("initrd"), section(uki, ".initrd"));
        String commandLine = new String(section(uki, ".cmdline"), StandardCharsets.US_ASCII);
        return new UkiParts(kernel, initrd, commandLine.replace("\0", "").strip());
    }

    /** The first section of this name in a PE file. */
    static byte[] section(byte[] file, String wanted) {
        ByteBuffer pe = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int header = pe.getInt(0x3c);
        int sections = Short.toUnsignedInt(pe.getShort(header + 6));
        int table = header + 24 + Short.toUnsignedInt(pe.getShort(header + 20));
        for (int i = 0; i < sections; i++) {
            int entry = table + 40 * i;
            String name = new String(file, entry, 8, StandardCharsets.US_ASCII).replace("\0", "");
            if (name.equals(wanted)) {
                int size = Math.min(pe.getInt(entry + 8), pe.getInt(entry + 16));
                int offset = pe.getInt(entry + 20);
                return Arrays.copyOfRange(file, offset, offset + size);
            }
        }
        throw new AssertionError("the UKI has no section " + wanted);
    }
}
