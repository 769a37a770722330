package org.pullboot.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pullboot.linux.Directory;
import org.pullboot.linux.EntryType;

/** A tree of everything, packed by the real tools and extracted by us, and the other way round. Runs as root. */
final class TarIT {
    /** All that must survive: type, mode, owner, size, links, time, target, device, content, attributes. */
    private static final String LISTING = """
            find . -printf '%P %y %m %U:%G %n %T@ %l\\n' | sed -E 's/ ([0-9]+\\.[0-9]{9})[0-9]*/ \\1/' | LC_ALL=C sort
            find . -type f -printf '%s %p\\n' -exec sha256sum '{}' + | LC_ALL=C sort
            find . \\( -type c -o -type b \\) -exec stat -c '%n %Hr:%Lr' '{}' + | LC_ALL=C sort
            getfattr -R -P -h -d -m - --absolute-names . | grep -v '^$' || true
            """;

    private static final String TREE = """
            mkdir -p etc usr/bin usr/lib dev 'with space' sticky
            chmod 1777 sticky; chmod 0750 etc; chown 3:4 etc
            echo hello >etc/hello; chmod 0640 etc/hello; chown 70000:3000000 etc/hello
            setfattr -n user.note -v 'some=thing' etc/hello
            setfattr -n user.empty etc/hello
            setfattr -n 'user.equals=percent%' -v x etc/hello
            setfattr -n trusted.overlay.opaque -v y usr/lib
            cp /bin/true usr/bin/true; setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 usr/bin/true
            chmod 4755 usr/bin/true || true
            cp /bin/false usr/bin/suid; chown 1:2 usr/bin/suid; chmod 6755 usr/bin/suid
            ln etc/hello usr/lib/hello-again
            ln -s ../../etc/hello usr/lib/link; ln -s /absolute/target usr/lib/absolute; chown -h 9:9 usr/lib/link
            ln usr/lib/link usr/lib/link-again
            mknod dev/null c 1 3; mknod dev/loop9 b 7 9; mkfifo dev/pipe; chmod 666 dev/null
            printf 'bytes' >"$(printf 'with space/\\377\\344')"
            printf 'umlaut' >'with space/\u00fcml\u00e4ut'
            long=$(printf 'd%.0s' $(seq 120)); mkdir "$long"; echo x >"$long/$long"; ln -s "$long/$long" longlink
            ln "$long/$long" hardlong
            touch -d '2001-02-03 04:05:06.789' etc/hello; touch -d '1969-12-31 23:59:58 UTC' usr/lib/link -h
            truncate -s 10M sparse; printf data | dd of=sparse bs=1 seek=5000000 conv=notrunc status=none
            for i in $(seq 1 60); do printf '%s' $i | dd of=sparse bs=1 seek=$((i * 131072)) conv=notrunc status=none; done
            truncate -s 3M hole; : >empty; head -c 700000 /dev/zero >zeros; head -c 1000001 /dev/urandom >noise
            touch -d @1600000000 dev usr/lib with* usr/bin . sticky
            """;

    @TempDir
    private Path temp;

    private Path tree;
    private Path out;

    @BeforeEach
    void makeTree() throws Exception {
        tree = Files.createDirectory(temp.resolve("tree"));
        out = Files.createDirectory(temp.resolve("out"));
        Tools.shell(tree, TREE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tar --format=pax --xattrs --xattrs-include='*' -cf - .",
                "tar --format=pax --xattrs --xattrs-include='*' --sparse --sparse-version=0.0 -cf - .",
                "tar --format=pax --xattrs --xattrs-include='*' --sparse --sparse-version=0.1 -cf - .",
                "tar --format=pax --xattrs --xattrs-include='*' --sparse --sparse-version=1.0 -cf - .",
                "bsdtar --format=pax --xattrs -cf - .",
                "tar --format=pax --xattrs --xattrs-include='*' -cf - . | zstd -c",
                "tar --format=pax --xattrs --xattrs-include='*' -cf - . | xz -0 -T2 -c",
            })
    void everythingSurvivesThePaxFormats(String command) throws Exception {
        String before = Tools.shell(tree, LISTING);

        TarSummary summary = extract(command);

        assertThat(Tools.shell(out, LISTING)).isEqualTo(before);
        assertThat(summary.attributesLeftOut()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tar --format=gnu -cf - .", "tar --format=gnu --sparse -cf - ."})
    void everythingThatItCanSaySurvivesTheGnuFormat(String command) throws Exception {
        Tools.shell(
                tree,
                "find . -exec touch -h -d @1234567890 '{}' +; setfattr -x trusted.overlay.opaque usr/lib;"
                        + " setfattr -x user.note etc/hello; setfattr -x user.empty etc/hello;"
                        + " setfattr -x 'user.equals=percent%' etc/hello; setfattr -x security.capability usr/bin/true");
        String before = Tools.shell(tree, LISTING);

        extract(command);

        assertThat(Tools.shell(out, LISTING)).isEqualTo(before);
    }

    @Test
    void holesStayHoles() throws Exception {
        extract("tar --format=gnu --sparse -cf - sparse hole");

        assertThat(Files.size(out.resolve("sparse"))).isEqualTo(10L << 20);
        assertThat(Tools.shell(out, "stat -c %b hole").strip()).isEqualTo("0");
        assertThat(Long.parseLong(Tools.shell(out, "stat -c %b sparse").strip()))
                .isLessThan(8000);
    }

    @Test
    void withoutPrivilegesFilesAreTheCallers() throws Exception {
        Tools.shell(tree, "rm dev/null dev/loop9");

        extract("tar --format=pax --xattrs --xattrs-include='*' -cf - .", TarLimits.forFiles(1L << 30));

        assertThat(Tools.shell(out, "stat -c '%a %u:%g' usr/bin/suid etc sticky"))
                .isEqualTo("755 0:0\n750 0:0\n777 0:0\n");
        assertThat(Tools.shell(out, "getfattr -R -P -h -d -m - ."))
                .contains("user.note")
                .doesNotContain("trusted");
    }

    @Test
    void theOldFormatIsRead() throws Exception {
        Tools.shell(
                tree, "mkdir old; echo 1 >old/one; ln old/one old/two; ln -s one old/three; touch -d @1000 old/* -h");

        extract("tar --format=v7 -cf - old");

        assertThat(Tools.shell(out, "cat old/one old/two old/three")).isEqualTo("1\n1\n1\n");
    }

    @Test
    void whatWeCopyIsWhatWeRead() throws Exception {
        byte[] packed =
                Tools.run(new byte[0], "tar", "-C", tree.toString(), "--sparse", "-cf", "-", "sparse", "hole", "noise");
        TarReader reader = new TarReader(new ByteArrayInputStream(packed), TarLimits.forFiles(1L << 30));
        for (String name : List.of("sparse", "hole", "noise")) {
            TarEntry entry = reader.next().orElseThrow();
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            reader.copyContent(entry, content);

            assertThat(entry.pathText()).isEqualTo(name);
            assertThat(content.toByteArray()).isEqualTo(Files.readAllBytes(tree.resolve(name)));
        }
        assertThat(reader.next()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"tar --xattrs --xattrs-include='*' --numeric-owner -xpf", "bsdtar --xattrs --numeric-owner -xpf"
            })
    void whatWeWriteIsReadByTheRealTools(String command) throws Exception {
        byte[] source = Tools.run(
                new byte[0],
                "tar",
                "-C",
                tree.toString(),
                "--format=pax",
                "--xattrs",
                "--xattrs-include=*",
                "-cf",
                "-",
                ".");
        byte[] ours = rewritten(source);
        assertThat(rewritten(source)).as("the same bytes again").isEqualTo(ours);
        Files.write(temp.resolve("ours.tar"), ours);

        Tools.shell(out, command + " '" + temp.resolve("ours.tar") + "'");

        // bsdtar leaves the time of the top directory and escaped names of attributes as they are.
        String differs = "touch -d @0 .; setfattr -x 'user.equals=percent%' etc/hello || setfattr -x"
                + " 'user.equals%3Dpercent%25' etc/hello; ";
        assertThat(Tools.shell(out, differs + LISTING)).isEqualTo(Tools.shell(tree, differs + LISTING));
    }

    /** Reads an archive and writes it again. */
    private static byte[] rewritten(byte[] archive) throws IOException {
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        TarReader reader = new TarReader(new ByteArrayInputStream(archive), TarLimits.forRoot(1L << 30));
        try (TarWriter writer = new TarWriter(result)) {
            for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
                TarEntry entry = next.get();
                ByteArrayOutputStream content = new ByteArrayOutputStream();
                reader.copyContent(entry, content);
                TarEntry.Builder copy;
                if (entry.isHardLink()) {
                    copy = TarEntry.hardLink(entry.path(), entry.linkTarget());
                } else if (entry.is(EntryType.REGULAR)) {
                    copy = TarEntry.file(entry.path(), entry.size());
                } else if (entry.is(EntryType.DIRECTORY)) {
                    copy = TarEntry.directory(entry.path());
                } else if (entry.is(EntryType.SYMBOLIC_LINK)) {
                    copy = TarEntry.symbolicLink(entry.path(), entry.linkTarget());
                } else {
                    EntryType type = entry.is(EntryType.FIFO)
                            ? EntryType.FIFO
                            : entry.is(EntryType.BLOCK_DEVICE) ? EntryType.BLOCK_DEVICE : EntryType.CHARACTER_DEVICE;
                    copy = TarEntry.node(entry.path(), type, entry.major(), entry.minor());
                }
                writer.add(
                        copy.permissions(entry.permissions())
                                .owner(entry.uid(), entry.gid())
                                .modified(entry.mtimeSeconds(), entry.mtimeNanos())
                                .attributes(entry.attributes())
                                .build(),
                        new ByteArrayInputStream(content.toByteArray()));
            }
        }
        return result.toByteArray();
    }

    private TarSummary extract(String command) throws Exception {
        return extract(command, TarLimits.forRoot(1L << 30));
    }

    private TarSummary extract(String command, TarLimits limits) throws Exception {
        byte[] archive = Tools.run(new byte[0], "bash", "-c", "cd '" + tree + "'; " + command);
        try (Directory directory = Directory.open(out);
                InputStream in = DecompressedInputStream.of(new ByteArrayInputStream(archive))) {
            return TarExtractor.extract(in, directory, limits);
        }
    }
}
