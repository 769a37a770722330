package org.pullboot.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.pullboot.image.TarEntry;
import org.pullboot.image.TarWriter;
import org.pullboot.image.ZstdOutputStream;
import org.pullboot.uki.EfiArchitecture;
import org.pullboot.uki.PeException;
import org.pullboot.uki.Stub;
import picocli.CommandLine;

/**
 * Runs commands that are over soon, so that the JVM sees what they need and keeps it in its AOT cache: their start is
 * most of what a user waits for. The launcher runs this once after a build.
 */
final class Training {
    private static final int FILES = 4000;
    private static final int FILES_IN_DIRECTORY = 20;
    private static final int LARGEST = 16 * 1024;

    private final Path work;

    private Training(Path work) {
        this.work = work;
    }

    public static void main(String[] args) throws IOException {
        try (ScratchDirectory scratch = ScratchDirectory.create("training")) {
            new Training(scratch.path()).run();
        }
    }

    private void run() throws IOException {
        command("completion");
        command("--help");
        pulls();
        try {
            image(Stub.find(EfiArchitecture.ofHost()).file());
        } catch (PeException noStub) {
            System.err.println("the commands for images start slower: " + noStub.getMessage());
        }
    }

    /** A program is as good as a kernel here. */
    private void image(Path stub) throws IOException {
        Path initrd = Files.write(work.resolve("initrd"), new byte[1 << 20]);
        String image = work.resolve("image.efi").toString();
        command(
                "uki",
                "build",
                "--linux",
                stub.toString(),
                "--stub",
                stub.toString(),
                "--uname",
                "training",
                "--initrd",
                initrd.toString(),
                "--cmdline",
                "training",
                "--os-release",
                "ID=training",
                "--output",
                image);
        command("uki", "inspect", image);
        command("uki", "inspect", "--json=short", image);
        command("uki", "measure", image);
    }

    /** What a pull does with many files, so that it need not be interpreted for long. */
    private void pulls() throws IOException {
        Path archive = work.resolve("tree.tar.zst");
        byte[] content = new byte[LARGEST];
        new Random(1).nextBytes(content);
        try (TarWriter tar = new TarWriter(new ZstdOutputStream(Files.newOutputStream(archive), 1, 1))) {
            for (int i = 0; i < FILES; i++) {
                String directory = "directory-" + i / FILES_IN_DIRECTORY;
                if (i % FILES_IN_DIRECTORY == 0) {
                    tar.add(TarEntry.directory(bytes(directory)).build());
                    tar.add(TarEntry.symbolicLink(bytes(directory + "/link"), bytes("file"))
                            .build());
                }
                int size = (i * 37) % LARGEST;
                tar.add(
                        TarEntry.file(bytes(directory + "/file-" + i), size).build(),
                        new ByteArrayInputStream(content, 0, size));
            }
        }
        String url = archive.toUri().getPath();
        command("pull", "--image-root", work.toString(), "tar,portable,verify=no:tree:file:" + url);
        command("pull", "--image-root", work.toString(), "raw,portable,verify=no:disk:file:" + raw(content));
    }

    private Path raw(byte[] content) throws IOException {
        Path raw = work.resolve("image.raw.zst");
        try (OutputStream out = new ZstdOutputStream(Files.newOutputStream(raw), 1, 1)) {
            for (int i = 0; i < FILES; i++) {
                out.write(content);
            }
        }
        return raw;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void command(String... words) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        CommandLine line = Pullboot.commandLine(words);
        int status = line.setOut(nowhere).setErr(nowhere).execute(words);
        if (status != CommandLine.ExitCode.OK) {
            throw new IllegalStateException("pullboot " + String.join(" ", words) + " ended with status " + status);
        }
    }
}
