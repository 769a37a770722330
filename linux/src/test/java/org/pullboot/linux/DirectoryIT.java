package org.pullboot.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs as root: owners, device nodes and trusted attributes are root's to give. */
final class DirectoryIT {
    @TempDir
    private Path temp;

    private Path root;
    private Directory directory;

    @BeforeEach
    void open() throws IOException {
        root = Files.createDirectory(temp.resolve("root"));
        directory = Directory.open(root);
    }

    @AfterEach
    void close() {
        directory.close();
    }

    @Test
    void aFileKeepsItsOwnerModeTimeAndHoles() throws IOException {
        try (WritableFile file = directory.createFile(name("file"))) {
            file.write(direct("hello"), 8192);
            file.resize(1 << 20);
            file.owner(12, 34);
            file.attribute(name("security.capability"), capability());
            file.permissions(04751);
            file.modified(1_000_000_000, 123_456_789);
        }

        assertThat(directory.status(name("file")))
                .hasValue(new EntryStatus(
                        EntryType.REGULAR, 04751, 12, 34, 1 << 20, 1, 1_000_000_000, 123_456_789, 0, 0));
        assertThat(Files.readString(root.resolve("file"))).contains("hello");
        assertThat(run("stat", "-c", "%b", root.resolve("file").toString()).strip())
                .isEqualTo("8");
        assertThat(run("getfattr", "-m-", "--only-values", "-e", "hex", "-n", "security.capability", root + "/file"))
                .isNotEmpty();
    }

    @Test
    void everyKindOfEntryIsMade() throws IOException {
        directory.makeDirectory(name("dir"));
        directory.symbolicLink(name("link"), name("/etc/passwd"));
        directory.node(name("null"), EntryType.CHARACTER_DEVICE, 1, 3);
        directory.node(name("big"), EntryType.BLOCK_DEVICE, 259, 70_000);
        directory.node(name("fifo"), EntryType.FIFO, 0, 0);
        directory.createFile(name("file")).close();
        try (Directory sub = directory.directory(name("dir"))) {
            sub.hardLink(name("second"), directory, name("file"));
        }
        directory.permissions(name("null"), 0666);
        directory.owner(name("link"), 5, 6);
        directory.modified(name("link"), -1, 0);
        directory.attribute(name("link"), name("trusted.x"), new byte[] {1});

        assertThat(run("find", root.toString(), "-mindepth", "1", "-printf", "%P %y %m %U %G %n %l\\n")
                        .lines()
                        .sorted())
                .containsExactly(
                        "big b 600 0 0 1 ",
                        "dir d 700 0 0 2 ",
                        "dir/second f 600 0 0 2 ",
                        "fifo p 600 0 0 1 ",
                        "file f 600 0 0 2 ",
                        "link l 777 5 6 1 /etc/passwd",
                        "null c 666 0 0 1 ");
        assertThat(run("stat", "-c", "%Hr:%Lr", root + "/big").strip()).isEqualTo("259:70000");
        assertThat(directory.status(name("big")).orElseThrow().minor()).isEqualTo(70_000);
        assertThat(directory.status(name("nothing"))).isEmpty();
    }

    @Test
    void namesAreBytesWithoutAnEncoding() throws IOException {
        byte[] name = {(byte) 0xFF, 'x', (byte) 0xE4};
        directory.createFile(name).close();

        assertThat(directory.names()).containsExactly(name);
    }

    @Test
    void manyNamesAreListed() throws IOException {
        for (int i = 0; i < 3000; i++) {
            directory.createFile(name("a-rather-long-name-of-a-file-" + i)).close();
        }

        assertThat(directory.names()).hasSize(3000);
    }

    @Test
    void aLinkThatLeadsOutIsNotFollowed() throws IOException {
        Files.createDirectory(temp.resolve("outside"));
        Files.createDirectories(root.resolve("usr/lib"));
        directory.symbolicLink(name("absolute"), name(temp.resolve("outside").toString()));
        directory.symbolicLink(name("upwards"), name("../outside"));
        directory.symbolicLink(name("lib"), name("usr/lib"));

        for (String path : List.of("absolute", "upwards", "..", "usr/../../outside", "/etc")) {
            assertThatThrownBy(() -> directory.directory(name(path)))
                    .isInstanceOf(LinuxException.class)
                    .extracting(e -> ((LinuxException) e).errno())
                    .isEqualTo(Errno.EXDEV);
        }
        try (Directory lib = directory.directory(name("lib"))) {
            lib.createFile(name("within")).close();
        }
        assertThat(root.resolve("usr/lib/within")).exists();
    }

    @Test
    void anEntryHasAPlainName() {
        for (String entry : List.of("", ".", "..", "a/b", "/", "a\0b")) {
            assertThatThrownBy(() -> directory.makeDirectory(name(entry))).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> directory.createFile(name(entry))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aRefusalNamesTheEntry() throws IOException {
        directory.makeDirectory(name("twice"));

        assertThatThrownBy(() -> directory.makeDirectory(name("twice")))
                .hasMessage("make the directory " + root + "/twice: File exists (EEXIST)");
    }

    @Test
    void allContentIsRemovedButWhatLinksLeadTo() throws IOException {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Files.writeString(outside.resolve("kept"), "kept");
        Path deep = root;
        for (int i = 0; i < 200; i++) {
            deep = deep.resolve("deeper");
        }
        Files.createDirectories(deep);
        Files.writeString(deep.resolve("file"), "x");
        Files.createDirectories(root.resolve("a/b/c"));
        Files.createSymbolicLink(root.resolve("a/b/c/link"), outside);
        directory.node(name("fifo"), EntryType.FIFO, 0, 0);

        directory.removeContent();

        assertThat(directory.names()).isEmpty();
        assertThat(outside.resolve("kept")).hasContent("kept");
    }

    @Test
    void entriesAreMoved() throws IOException {
        Files.createDirectories(root.resolve("from"));
        Files.writeString(root.resolve("from/file"), "x");

        try (Directory from = directory.directory(name("from"))) {
            from.rename(name("file"), directory, name("here"));
        }
        directory.removeDirectory(name("from"));

        assertThat(directory.names()).containsExactly(name("here"));
    }

    private static byte[] name(String name) {
        return name.getBytes(UTF_8);
    }

    private static ByteBuffer direct(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    /** cap_net_raw=ep, as setcap(8) stores it (VFS_CAP_REVISION_2). */
    private static byte[] capability() {
        byte[] capability = new byte[20];
        capability[0] = 1;
        capability[3] = 2;
        capability[5] = 0x20;
        return capability;
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }
}
