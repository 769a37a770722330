package org.pullboot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The boot commands on a store in a file, from the command line to what they print. */
final class BootCommandTest {
    private static final String URL = "http://10.0.0.1:8081/x.efi";

    @TempDir
    private Path directory;

    private Path store;
    private String out = "";
    private String err = "";

    @BeforeEach
    void emptyStore() throws IOException {
        store = Files.createFile(directory.resolve("vars.json"));
    }

    @Test
    void anEntryIsAddedListedOrderedAndRemoved() {
        assertThat(boot("add", URL, "--first", "--once")).isZero();
        assertThat(out)
                .contains("+ Boot0000  \"Pullboot x.efi\"  Uri(" + URL + ")", "+ BootNext  0000", "+ BootOrder  0000");
        assertThat(boot("add", URL, "--profile", "2", "--last")).isZero();
        assertThat(boot("list")).isZero();
        assertThat(out.lines())
                .containsExactly(
                        "-NO 0000  Pullboot x.efi: boots " + URL + " over any network card",
                        "--O 0001  Pullboot x.efi, profile 2: boots " + URL + " over any network card, profile 2");
        assertThat(boot("order", "1")).isZero();
        assertThat(out).contains("~ BootOrder  0000,0001  ->  0001,0000");
        assertThat(boot("order", "Boot0001", "--only")).isZero();
        assertThat(out).contains("->  0001\n");
        assertThat(boot("next", "1")).isZero();
        assertThat(out).contains("~ BootNext  0000  ->  0001");
        assertThat(boot("next", "--none")).isZero();
        assertThat(boot("remove", "0", "1")).isZero();
        assertThat(out).contains("~ BootOrder  0001  ->", "- Boot0000", "- Boot0001");
        assertThat(boot("list")).isZero();
        assertThat(out).isEmpty();
    }

    @Test
    void whatIsThereIsUsedAgain() {
        boot("add", URL, "--first");
        assertThat(boot("add", URL, "--first")).isZero();
        assertThat(out).contains("unchanged");
        assertThat(err).contains("used again");
    }

    @Test
    void aDryRunShowsTheDifferenceAndWritesNothing() throws IOException {
        assertThat(boot("add", URL, "--first", "--dry-run")).isZero();
        assertThat(out).contains("nothing is written", "+ Boot0000");
        assertThat(store).isEmptyFile();
        boot("add", URL);
        byte[] before = Files.readAllBytes(store);
        for (List<String> command : List.of(
                List.of("remove", "0"),
                List.of("next", "0"),
                List.of("order", "0"),
                List.of("enroll", "--pk", certificate("PK")))) {
            List<String> dry = new ArrayList<>(command);
            dry.add("--dry-run");
            assertThat(boot(dry.toArray(String[]::new))).as(err).isZero();
            assertThat(store).hasBinaryContent(before);
        }
    }

    @Test
    void entriesOfOtherSystemsAreNeverTouched() throws IOException {
        String other = """
                {"version": 2, "variables": [
                  {"name": "Boot0000", "guid": "8be4df61-93ca-11d2-aa0d-00e098032b8c", "attr": 7, "data": "00"},
                  {"name": "Boot0001", "guid": "8be4df61-93ca-11d2-aa0d-00e098032b8c", "attr": 7,
                   "data": "01000000040061000000%s"},
                  {"name": "BootOrder", "guid": "8be4df61-93ca-11d2-aa0d-00e098032b8c", "attr": 7, "data": "01000000"}]}
                """.formatted("7fff0400");
        Files.writeString(store, other);
        assertThat(boot("add", URL, "--first")).isZero();
        assertThat(out).contains("~ BootOrder  0001,0000  ->  0002,0001,0000").doesNotContain("Boot0000", "Boot0001");
        assertThat(boot("list")).isZero();
        assertThat(out).contains("cannot work: it has no device path");
        assertThat(err).contains("Boot0000");
        boot("remove", "2");
        assertThat(Json.text(
                        JsonVariables.parse(Files.readAllBytes(store)).all().toString()))
                .isEqualTo(Json.text(JsonVariables.parse(other.getBytes(StandardCharsets.UTF_8))
                        .all()
                        .toString()));
    }

    @Test
    void changesAndListsAreJsonWhenAsked() {
        assertThat(boot("add", URL, "--json")).isZero();
        assertThat(out).startsWith("[{\"variable\":\"Boot0000\"").contains("\"before\":null");
        assertThat(boot("list", "--json")).isZero();
        assertThat(out).startsWith("[{\"number\":\"0000\"").contains("\"url\":\"" + URL + "\"", "\"problems\":[]");
    }

    @Test
    void keysAreEnrolledAndNamed() {
        assertThat(boot("enroll", "--pk", certificate("PK"), "--db", certificate("db")))
                .isZero();
        assertThat(out).contains("+ PK  \"CN=Pullboot test PK\"", "+ db  \"CN=Pullboot test db\"", "+ dbx  1 digest");
        assertThat(boot("enroll", "--db", certificate("KEK"), "--keep")).isZero();
        assertThat(out).contains("->  \"CN=Pullboot test db\", \"CN=Pullboot test KEK\"");
    }

    @Test
    void wrongUsageIsStatusTwo() {
        for (List<String> command : List.of(
                List.of("remove"),
                List.of("remove", "xyz"),
                List.of("next"),
                List.of("next", "0", "--none"),
                List.of("enroll"),
                List.of("add", URL, "--first", "--last"),
                List.of("add", URL, "--ipv6"),
                List.of("add", URL, "--profile", "256"))) {
            assertThat(boot(command.toArray(String[]::new)))
                    .as(command.toString())
                    .isEqualTo(2);
            assertThat(err).startsWith("error: ");
        }
        assertThat(store).isEmptyFile();
    }

    @Test
    void whatCannotBeDoneIsStatusOne() {
        for (List<String> command : List.of(
                List.of("remove", "0"),
                List.of("next", "0"),
                List.of("order", "0"),
                List.of("enroll", "--db", certificate("db")),
                List.of("enroll", "--pk", certificate("PK"), "--owner", "me"),
                List.of("add", "ftp://h/x"),
                List.of("add", URL, "--nic", "eth0"),
                List.of("add", URL, "--nic", "52:54:00:12:34:56"))) {
            assertThat(boot(command.toArray(String[]::new)))
                    .as(command.toString())
                    .isEqualTo(1);
            assertThat(err).startsWith("error: ");
        }
        assertThat(store).isEmptyFile();
    }

    private int boot(String... words) {
        List<String> all = new ArrayList<>(List.of("boot"));
        all.addAll(List.of(words));
        all.addAll(List.of("--vars", store.toString()));
        StringWriter outText = new StringWriter();
        StringWriter errText = new StringWriter();
        int status = Pullboot.commandLine()
                .setOut(new PrintWriter(outText, true))
                .setErr(new PrintWriter(errText, true))
                .execute(all.toArray(String[]::new));
        out = outText.toString();
        err = errText.toString();
        return status;
    }

    private static String certificate(String name) {
        return Path.of("..", "uefi", "src", "test", "resources", "org", "pullboot", "uefi", name + ".pem")
                .toString();
    }
}
