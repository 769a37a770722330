package org.pullboot.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.pullboot.uki.EfiArchitecture;
import org.pullboot.uki.PeException;
import org.pullboot.uki.Stub;
import picocli.CommandLine;

/**
 * Runs commands that are over soon, so that the JVM sees what they need and keeps it in its AOT cache: their start is
 * most of what a user waits for. The launcher runs this once after a build.
 */
final class Training {
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

    private static void command(String... words) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        CommandLine line = Pullboot.commandLine(words);
        int status = line.setOut(nowhere).setErr(nowhere).execute(words);
        if (status != CommandLine.ExitCode.OK) {
            throw new IllegalStateException("pullboot " + String.join(" ", words) + " ended with status " + status);
        }
    }
}
