package org.pullboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command; what a pull does is tested where it is. */
final class PullCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private Path images;

    @BeforeEach
    void make() throws IOException {
        images = directory.resolve("images");
        for (String name : new String[] {"one.raw", "two.raw", "three.raw"}) {
            Files.writeString(directory.resolve(name), "the image " + name);
        }
    }

    @Test
    void severalImagesComeAtOnceAndEachIsPrinted() throws IOException {
        Files.writeString(directory.resolve("two.roothash"), "00\n");

        assertThat(pull("--json", raw("a", "one"), raw("b", "two"), raw("c", "three")))
                .isZero();

        assertThat(images.resolve("a.raw")).hasContent("the image one.raw");
        assertThat(images.resolve("b.roothash")).hasContent("00\n");
        assertThat(images.resolve("c.raw")).hasContent("the image three.raw");
        assertThat(out.toString().lines())
                .hasSize(3)
                .anySatisfy(line -> assertThat(line)
                        .contains("\"path\":\"" + images.resolve("b.raw"))
                        .contains("\"sideFiles\":[\"" + images.resolve("b.roothash") + "\"]")
                        .contains("\"verifiedBy\":\"nothing\"")
                        .contains("\"revalidated\":false"));
    }

    @Test
    void oneThatFailsDoesNotEndTheOthers() {
        assertThat(pull("--parallel", "1", raw("a", "missing"), raw("b", "two"), raw("c", "gone")))
                .isEqualTo(1);

        assertThat(images.resolve("b.raw")).exists();
        assertThat(err.toString().lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith("error: cannot pull "));
        assertThat(out.toString().lines()).hasSize(1);
    }

    @Test
    void anImageThatIsThereIsReplacedOnlyByForce() {
        assertThat(pull(raw("a", "one"))).isZero();

        assertThat(pull(raw("a", "two"))).isEqualTo(1);
        assertThat(images.resolve("a.raw")).hasContent("the image one.raw");
        assertThat(err.toString())
                .isEqualTo("error: " + images.resolve("a.raw") + " exists already: remove it first\n");

        assertThat(pull("--force", raw("a", "two"))).isZero();
        assertThat(images.resolve("a.raw")).hasContent("the image two.raw");
    }

    @Test
    void wrongUsageIsSaidBeforeAnythingIsDone() {
        assertThat(pull(raw("a", "one"), raw("a", "two"))).isEqualTo(2);
        assertThat(err.toString()).contains("two expressions make " + images.resolve("a.raw"));
        assertThat(pull("--parallel", "0", raw("a", "one"))).isEqualTo(2);
        assertThat(pull("nonsense")).isEqualTo(2);
        assertThat(images).doesNotExist();
    }

    private String raw(String name, String file) {
        return "raw,machine,verify=no:" + name + ":file:" + directory.resolve(file + ".raw");
    }

    private int pull(String... words) {
        String[] all = Stream.concat(Stream.of("pull", "--image-root", images.toString()), Arrays.stream(words))
                .toArray(String[]::new);
        return Pullboot.commandLine(all)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all);
    }
}
