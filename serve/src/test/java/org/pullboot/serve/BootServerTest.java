package org.pullboot.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pullboot.fleet.Boot;
import org.pullboot.fleet.Generation;
import org.pullboot.image.Sha256;
import org.pullboot.pull.BootEvent;
import org.pullboot.pull.BootPlan;
import org.pullboot.pull.Stage;

final class BootServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String DATE = "Thu, 01 Jan 2026 00:00:00 GMT";
    private static final byte[] UKI = bytes(3_000_000, 1);
    private static final byte[] IMAGE = bytes(1_000, 2);

    @TempDir
    Path directory;

    private TestServer server;
    private RawClient client;
    private Generation generation;
    private String tag = "";

    @BeforeEach
    void start() throws IOException {
        server = new TestServer(directory, ServerLimits.defaults());
        for (String name : List.of("os.efi", "os.raw")) {
            Path file = server.write(name, name.equals("os.efi") ? UKI : IMAGE);
            Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00.5Z")));
        }
        generation = server.publish("os.efi", "os.raw");
        tag = generation.artifact("os.raw").orElseThrow().entityTag();
        client = server.client();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    @Test
    void firmwareGetsHeadAndBodyOnOneConnection() throws IOException {
        String header = " /os.efi HTTP/1.1\r\nHost: 10.0.2.2\r\nAccept: */*\r\nUser-Agent: UefiHttpBoot/1.0\r\n\r\n";
        RawClient.Response head = client.send("HEAD" + header).read(true);
        RawClient.Response whole = client.send("GET" + header).read(false);

        assertThat(head.statusLine()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(head.headers())
                .containsEntry("content-type", "application/efi")
                .containsEntry("content-length", "3000000")
                .containsEntry("last-modified", DATE)
                .containsEntry("accept-ranges", "bytes")
                .containsEntry("cache-control", "no-cache")
                .containsKey("date")
                .doesNotContainKeys("connection", "transfer-encoding", "content-encoding", "location");
        assertThat(head.header("etag")).matches("\"[a-z0-9-]+\"");
        assertThat(whole.headers()).isEqualTo(head.headers());
        assertThat(whole.body()).isEqualTo(UKI);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/os.raw",
                "//os.raw",
                "/./os.raw",
                "/.//.///os.raw",
                "/:os.raw",
                "//:os.raw",
                "/os.raw?x=1",
                "/os.raw?x=.efi/../../etc",
                "/os%2Eraw",
                "/%6fs.raw",
                "/os.raw/",
                "/os.raw#fragment",
                "http://elsewhere:99/os.raw",
                "HTTP://boot.example/os.raw?q"
            })
    void aNameIsFoundHoweverItsPathIsWritten(String path) throws IOException {
        assertThat(client.get(path).body()).isEqualTo(IMAGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/none",
                "/OS.RAW",
                "/dir/os.raw",
                "/../os.raw",
                "/..",
                "/%2e%2e/os.raw",
                "/..%2fos.raw",
                "/x/../os.raw",
                "/os.raw%2500",
                "/%252e%252e/os.raw",
                "/state/fleet.db",
                "/.pullboot",
                "/.pullboot/v1/g/0123456789abcdef/os.raw",
                "/.pullboot/v1/g/../os.raw",
                "/.pullboot/v2/plan",
                "/os.nspawn",
                "/none.sha256",
                "/SHA256SUMS.gpg",
                "/..\\os.raw"
            })
    void whatIsNotPublishedIsNotFoundAndTheConnectionGoesOn(String path) throws IOException {
        RawClient.Response response = client.get(path);

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.header("content-type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(response.text()).endsWith(".\n").hasLineCount(1);
        assertThat(client.get("/os.raw").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /os.raw%zz HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /os.raw% HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /os.raw%0 HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /os.raw%00 HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /os%0d%0araw HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /os%ff%fe HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /os%c0%af HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /os\0.raw HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET os.raw HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET * HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /os.raw HTTP/1.1\r\n\r\n",
                "GET /os.raw HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /os.raw HTTP/1.1\r\nHost: h\r\nno colon here\r\n\r\n",
                "GET /os.raw HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
                "GET /os.raw HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
                "GET /os.raw HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
                "GET /os.raw HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
                "nonsense\r\n\r\n"
            })
    void whatIsNoProperRequestIsRefusedAndTheConnectionEnds(String request) throws IOException {
        RawClient.Response response = client.send(request).read(false);

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.header("connection")).isEqualTo("close");
        assertThat(client.ended()).isTrue();
    }

    @Test
    void aRequestLineOrHeaderThatIsTooLongIsRefused() throws IOException {
        RawClient.Response line =
                client.send("GET /" + "a".repeat(9000) + " HTTP/1.1\r\n").read(false);
        assertThat(line.status()).isEqualTo(414);
        assertThat(client.ended()).isTrue();
        try (RawClient other = server.client()) {
            RawClient.Response header = other.send(
                            "GET /os.raw HTTP/1.1\r\nHost: h\r\nX: " + "a".repeat(17_000) + "\r\n")
                    .read(false);
            assertThat(header.status()).isEqualTo(431);
            assertThat(other.ended()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST,/os.raw,'GET, HEAD'",
        "PUT,/os.raw,'GET, HEAD'",
        "DELETE,/none,'GET, HEAD'",
        "GET,/.pullboot/v1/events,POST",
        "OPTIONS,/os.raw,'GET, HEAD'",
        "TRACE,/os.raw,'GET, HEAD'",
        "FROB,/os.raw,'GET, HEAD'"
    })
    void otherMethodsAreRefused(String method, String path, String allowed) throws IOException {
        RawClient.Response response = client.request(method, path);

        assertThat(response.status()).isEqualTo(405);
        assertThat(response.header("allow")).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0,0,0",
        "bytes=0-,0,999",
        "bytes=500-,500,999",
        "bytes=500-5000,500,999",
        "bytes=999-999,999,999",
        "bytes=-1,999,999",
        "bytes=-5000,0,999",
        "Bytes=10-19,10,19",
        "bytes= 10-19,10,19",
        "bytes=0-99999999999999999999999,0,999",
    })
    void oneRangeIsServedAlone(String range, int first, int last) throws IOException {
        RawClient.Response response = client.get("/os.raw", "Range: " + range);

        assertThat(response.status()).isEqualTo(206);
        assertThat(response.header("content-range")).isEqualTo("bytes " + first + "-" + last + "/1000");
        assertThat(response.header("etag")).isEqualTo(tag);
        assertThat(response.body()).isEqualTo(Arrays.copyOfRange(IMAGE, first, last + 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=1000-", "bytes=1000-1001", "bytes=-0", "bytes=99999999999999999999999-"})
    void aRangeBehindTheEndIsNotSatisfiable(String range) throws IOException {
        RawClient.Response response = client.get("/os.raw", "Range: " + range);

        assertThat(response.status()).isEqualTo(416);
        assertThat(response.header("content-range")).isEqualTo("bytes */1000");
        assertThat(client.get("/os.raw").body()).isEqualTo(IMAGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=0-1,5-6",
                "bytes=5-1",
                "bytes=",
                "bytes=-",
                "bytes=a-b",
                "bytes=1",
                "lines=0-1",
                "0-1",
                "bytes=0x1-2",
                "bytes=--1",
                "bytes=1--2",
                "bytes=+1-2"
            })
    void aRangeThatIsNoneOrSeveralIsIgnored(String range) throws IOException {
        RawClient.Response response = client.get("/os.raw", "Range: " + range);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(IMAGE);
    }

    @Test
    void headIgnoresARange() throws IOException {
        RawClient.Response response = client.head("/os.raw", "Range: bytes=0-9");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("content-length")).isEqualTo("1000");
    }

    @ParameterizedTest
    @CsvSource({
        "If-Match: TAG,200",
        "If-Match: *,200",
        "'If-Match: \"other\", TAG',200",
        "If-Match: W/TAG,412",
        "'If-Match: \"other\"',412",
        "If-Unmodified-Since: DATE,200",
        "'If-Unmodified-Since: Wed, 31 Dec 2025 23:59:59 GMT',412",
        "If-Unmodified-Since: yesterday,200",
        "If-None-Match: TAG,304",
        "If-None-Match: W/TAG,304",
        "If-None-Match: *,304",
        "'If-None-Match: \"a\", \"b\" , TAG',304",
        "'If-None-Match: \"other\"',200",
        "If-Modified-Since: DATE,304",
        "'If-Modified-Since: Thursday, 01-Jan-26 00:00:00 GMT',304",
        "If-Modified-Since: Thu Jan  1 00:00:00 2026,304",
        "'If-Modified-Since: Wed, 31 Dec 2025 23:59:59 GMT',200",
        "If-Modified-Since: never,200",
    })
    void conditionsAreHonoured(String header, int status) throws IOException {
        String sent = header.replace("TAG", tag).replace("DATE", DATE);

        RawClient.Response response = client.get("/os.raw", sent);

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.header("etag")).isEqualTo(tag);
        assertThat(client.head("/os.raw", sent).status()).isEqualTo(status);
        if (status == 304) {
            assertThat(response.headers()).doesNotContainKeys("content-length", "content-type");
        }
    }

    @Test
    void theEntityTagOutranksTheDate() throws IOException {
        RawClient.Response matched =
                client.get("/os.raw", "If-Match: " + tag, "If-Unmodified-Since: Wed, 31 Dec 2025 23:59:59 GMT");
        RawClient.Response other = client.get("/os.raw", "If-None-Match: \"x\"", "If-Modified-Since: " + DATE);

        assertThat(matched.status()).isEqualTo(200);
        assertThat(other.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "TAG,206",
        "DATE,206",
        "W/TAG,200",
        "'\"other\"',200",
        "'Wed, 31 Dec 2025 23:59:59 GMT',200",
        "'Fri, 02 Jan 2026 00:00:00 GMT',200",
        "nonsense,200",
    })
    void ifRangeGivesThePartOnlyOfTheSameBytes(String validator, int status) throws IOException {
        String sent = validator.replace("TAG", tag).replace("DATE", DATE);

        RawClient.Response response = client.get("/os.raw", "Range: bytes=990-", "If-Range: " + sent);

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.body()).hasSize(status == 206 ? 10 : 1000);
    }

    @Test
    void firmwareResumesWithARangeAndItsEntityTag() throws IOException {
        String uki = generation.artifact("os.efi").orElseThrow().entityTag();

        RawClient.Response response = client.get(
                "/os.efi", "User-Agent: UefiHttpBoot/1.0", "Range: bytes=1234567-2999999", "If-Match: " + uki);

        assertThat(response.status()).isEqualTo(206);
        assertThat(response.header("content-range")).isEqualTo("bytes 1234567-2999999/3000000");
        assertThat(response.body()).isEqualTo(Arrays.copyOfRange(UKI, 1_234_567, UKI.length));
    }

    @Test
    void anOlderClientIsAnsweredAndTheConnectionEnds() throws IOException {
        RawClient.Response response =
                client.send("GET /os.raw HTTP/1.0\r\n\r\n").read(false);

        assertThat(response.body()).isEqualTo(IMAGE);
        assertThat(response.header("connection")).isEqualTo("close");
        assertThat(client.ended()).isTrue();
    }

    @Test
    void anOlderClientCanAskToGoOn() throws IOException {
        RawClient.Response response = client.send("GET /os.raw HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                .read(false);

        assertThat(response.header("connection")).isEqualTo("keep-alive");
        assertThat(client.get("/os.raw").status()).isEqualTo(200);
    }

    @Test
    void aClientThatWantsToEndIsLetGo() throws IOException {
        RawClient.Response response = client.get("/os.raw", "Connection: close");

        assertThat(response.body()).isEqualTo(IMAGE);
        assertThat(client.ended()).isTrue();
    }

    @Test
    void aClientThatEndsItsOutputStillGetsItsAnswer() throws IOException {
        client.send("GET /os.efi HTTP/1.1\r\nHost: h\r\n\r\n");
        client.endOutput();

        assertThat(client.read(false).body()).isEqualTo(UKI);
        assertThat(client.ended()).isTrue();
    }

    @Test
    void requestsSentInAdvanceAreAnsweredInTheirOrder() throws IOException {
        String header = " HTTP/1.1\r\nHost: h\r\n\r\n";
        client.send("GET /os.raw" + header + "GET /none" + header + "HEAD /os.efi" + header + "GET /os.efi" + header);

        assertThat(client.read(false).body()).isEqualTo(IMAGE);
        assertThat(client.read(false).status()).isEqualTo(404);
        assertThat(client.read(true).header("content-length")).isEqualTo("3000000");
        assertThat(client.read(false).body()).isEqualTo(UKI);
    }

    @Test
    void tooManyRequestsInAdvanceEndTheConnection() throws IOException {
        server.write("os.raw", bytes(40_000_000, 6));
        server.publish("os.efi", "os.raw");
        client.send("GET /os.raw HTTP/1.1\r\nHost: h\r\n\r\n" + "GET /none HTTP/1.1\r\nHost: h\r\n\r\n".repeat(100));

        assertThatThrownBy(() -> client.read(false)).isInstanceOf(IOException.class);
    }

    @Test
    void aHeaderInSmallPiecesIsARequest() throws IOException {
        for (String piece : "GET /os.raw HTTP/1.1\r\nHost: h\r\n\r\n".split("(?<=\\G.{3})", -1)) {
            client.send(piece);
        }

        assertThat(client.read(false).body()).isEqualTo(IMAGE);
    }

    @Test
    void checksumListsAreMadeOfWhatIsServed() throws IOException {
        String uki = digest(UKI) + " *os.efi\n";
        String image = digest(IMAGE) + " *os.raw\n";

        RawClient.Response all = client.get("/SHA256SUMS");
        RawClient.Response one = client.get("/os.raw.sha256");
        RawClient.Response pinned = client.get("/.pullboot/v1/g/" + generation.id() + "/SHA256SUMS");

        assertThat(all.text()).isEqualTo(uki + image);
        assertThat(all.header("content-type")).isEqualTo("text/plain");
        assertThat(one.text()).isEqualTo(image);
        assertThat(pinned.text()).isEqualTo(uki + image);
        assertThat(client.get("/SHA256SUMS", "If-None-Match: " + all.header("etag"))
                        .status())
                .isEqualTo(304);
        assertThat(client.get("/SHA256SUMS", "Range: bytes=0-63").text()).isEqualTo(digest(UKI));
        assertThat(client.head("/SHA256SUMS").header("content-length")).isEqualTo(String.valueOf(all.body().length));
    }

    @Test
    void aChecksumListNamesWhatBelongsToTheImage() throws IOException {
        byte[] hash = "abc\n".getBytes(StandardCharsets.US_ASCII);
        server.write("os.roothash", hash);
        server.publish("os.efi", "os.raw", "os.roothash");

        assertThat(client.get("/os.raw.sha256").text())
                .isEqualTo(digest(IMAGE) + " *os.raw\n" + digest(hash) + " *os.roothash\n");
    }

    @Test
    void theUsersOwnChecksumListIsServed() throws IOException {
        byte[] own = "own\n".getBytes(StandardCharsets.US_ASCII);
        server.write("SHA256SUMS", own);
        server.publish("os.efi", "os.raw", "SHA256SUMS");

        assertThat(client.get("/SHA256SUMS").body()).isEqualTo(own);
    }

    @Test
    void aNamedGenerationCanBeKeptForEver() throws IOException {
        server.write("os.raw", bytes(500, 3));
        server.publish("os.efi", "os.raw");

        RawClient.Response old = client.get("/.pullboot/v1/g/" + generation.id() + "/os.raw");

        assertThat(old.body()).isEqualTo(IMAGE);
        assertThat(old.header("cache-control")).isEqualTo("public, max-age=31536000, immutable");
        assertThat(client.get("/os.raw").body()).hasSize(500);
    }

    @Test
    void aRebuildBetweenUkiAndImageGivesTheBootItsOldPair() throws IOException {
        assertThat(client.head("/os.efi", "User-Agent: UefiHttpBoot/1.0").status())
                .isEqualTo(200);
        assertThat(client.get("/os.efi", "User-Agent: UefiHttpBoot/1.0").body()).isEqualTo(UKI);
        server.write("os.efi", bytes(600, 4));
        server.write("os.raw", bytes(500, 3));
        server.publish("os.efi", "os.raw");

        assertThat(client.get("/os.raw", "User-Agent: systemd-pull/262").body()).isEqualTo(IMAGE);
        assertThat(client.get("/os.raw.sha256").text()).isEqualTo(digest(IMAGE) + " *os.raw\n");
        assertThat(client.head("/os.efi", "User-Agent: UefiHttpBoot/1.0").header("content-length"))
                .isEqualTo("600");
        assertThat(client.get("/os.raw").body()).hasSize(500);
    }

    @Test
    void theAgentGetsItsPlanAndReportsItsBoot() throws Exception {
        String machine = "4c4c4544-0042-3510-8052-b4c04f4d3132";
        RawClient.Response planned = client.get("/.pullboot/v1/plan?generation=" + generation.id() + "&machine="
                + machine + "&mac=52%3A54%3A00%3A1%3A2");
        BootPlan plan = BootPlan.parse(planned.body());
        String boot = String.valueOf(plan.boot());
        String events = BootEvent.of(Stage.DOWNLOAD)
                        .by(boot, machine, null)
                        .download("os.raw", 10, 1000)
                        .line() + "\n"
                + BootEvent.of(Stage.FAILED)
                        .by(boot, machine, null)
                        .saying("no root: ümlaut %")
                        .line() + "\n";

        RawClient.Response answer = post(events);

        assertThat(planned.header("cache-control")).isEqualTo("no-store");
        assertThat(plan.generation()).isEqualTo(generation.id().hex());
        assertThat(plan.root()).isEqualTo("ram");
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.headers()).doesNotContainKey("content-length");
        assertThat(server.fleet().active()).singleElement().satisfies(seen -> {
            assertThat(seen.id()).isEqualTo(boot);
            assertThat(seen.machine()).isEqualTo(machine);
            assertThat(seen.stage()).isEqualTo(Boot.FAILED);
            assertThat(seen.message()).isEqualTo("no root: ümlaut %");
        });
    }

    @Test
    void aPlanForAGenerationThatIsNotHereIsNotFound() throws IOException {
        assertThat(client.get("/.pullboot/v1/plan?generation=0123456789abcdef").status())
                .isEqualTo(404);
        assertThat(client.get("/.pullboot/v1/plan?generation=../../x").status()).isEqualTo(404);
        assertThat(client.get("/.pullboot/v1/plan?generation=%zz").status()).isEqualTo(200);
    }

    @Test
    void eventsThatAreNoneAreRefused() throws IOException {
        assertThat(post("what is this\n").status()).isEqualTo(400);
        assertThat(post("stage=unheard-of\n").status()).isEqualTo(400);
        assertThat(post("").status()).isEqualTo(204);
    }

    @Test
    void tooManyEventsAreRefusedBeforeTheyAreRead() throws IOException {
        RawClient.Response announced = client.send(
                        "POST /.pullboot/v1/events HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n")
                .read(false);
        assertThat(announced.status()).isEqualTo(413);
        try (RawClient other = server.client()) {
            other.send("POST /.pullboot/v1/events HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            other.send("10000\r\n" + "x".repeat(0x10000) + "\r\n10\r\n");
            other.send("x".repeat(16) + "\r\n");
            assertThat(other.read(false).status()).isEqualTo(413);
        }
    }

    @Test
    void aClientThatWaitsBeforeItSendsItsEventsIsToldToGoOn() throws IOException {
        String event = BootEvent.of(Stage.STARTED).line();
        client.send("POST /.pullboot/v1/events HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: "
                + event.length() + "\r\n\r\n");

        assertThat(client.read(false).status()).isEqualTo(100);
        assertThat(client.send(event).read(false).status()).isEqualTo(204);
    }

    @Test
    void aClientThatNeverEndsItsHeaderIsCutOff() throws IOException {
        ServerLimits hasty = limits(Duration.ofMillis(200), Duration.ofMillis(200), 512);
        try (TestServer other = new TestServer(directory.resolve("hasty"), hasty);
                RawClient slow = other.client();
                RawClient idle = other.client()) {
            slow.send("GET /os.raw HTTP/1.1\r\nHost");
            assertThat(idle.get("/none").status()).isEqualTo(404);

            assertThat(slow.ended()).isTrue();
            assertThat(idle.ended()).isTrue();
        }
    }

    @Test
    void oneClientCannotTakeAllConnections() throws IOException {
        ServerLimits narrow = limits(Duration.ofSeconds(20), Duration.ofSeconds(20), 2);
        try (TestServer other = new TestServer(directory.resolve("narrow"), narrow);
                RawClient first = other.client();
                RawClient second = other.client()) {
            assertThat(first.get("/none").status()).isEqualTo(404);
            assertThat(second.get("/none").status()).isEqualTo(404);
            try (RawClient third = other.client()) {
                assertThat(third.ended()).isTrue();
            }
            assertThat(first.get("/none").status()).isEqualTo(404);
        }
    }

    @Test
    void aReaderThatStandsStillIsCutOffAndASlowOneIsNot() throws IOException {
        byte[] large = bytes(12_000_000, 8);
        ServerLimits hasty = limits(Duration.ofMillis(400), Duration.ofSeconds(20), 512, Duration.ofMillis(800));
        try (TestServer other = new TestServer(directory.resolve("stall"), hasty);
                RawClient slow = new RawClient(other.address(), 64 << 10);
                RawClient still = new RawClient(other.address(), 64 << 10)) {
            other.write("os.raw", large);
            other.publish("os.raw");
            still.send("GET /os.raw HTTP/1.1\r\nHost: h\r\n\r\n");
            slow.send("GET /os.raw HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(slow.readHeader().status()).isEqualTo(200);
            byte[] read = new byte[large.length];
            for (int count = 0; count < read.length; ) {
                count += slow.in().readNBytes(read, count, Math.min(300_000, read.length - count));
                // Slow on purpose: three seconds for all of it.
                LockSupport.parkNanos(75_000_000);
            }

            assertThat(read).isEqualTo(large);
            await().atMost(PATIENCE).until(() -> other.connections() == 1);
            assertThatThrownBy(() -> still.read(false)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void whatFirmwareFetchesIsTold() throws IOException {
        client.head("/os.efi", "User-Agent: UefiHttpBoot/1.0");
        client.get("/os.efi", "User-Agent: UefiHttpBoot/1.0");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(server.events())
                        .filteredOn(ServeEvent.BootStage.class::isInstance)
                        .last()
                        .isInstanceOfSatisfying(ServeEvent.BootStage.class, stage -> {
                            assertThat(stage.stage()).isEqualTo("firmware");
                            assertThat(stage.name()).isEqualTo("os.efi");
                            assertThat(stage.bytes()).isEqualTo(3_000_000);
                            assertThat(stage.total()).isEqualTo(3_000_000);
                            assertThat(stage.generation())
                                    .isEqualTo(generation.id().hex());
                        }));
    }

    @Test
    void manyReadersGetTheSameBytes() throws Exception {
        byte[] large = bytes(4_000_000, 5);
        server.write("os.raw", large);
        server.publish("os.efi", "os.raw");
        try (ExecutorService readers = Executors.newFixedThreadPool(64)) {
            List<Callable<String>> tasks = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                tasks.add(() -> {
                    try (RawClient reader = server.client()) {
                        return digest(reader.get("/os.raw").body());
                    }
                });
            }
            String expected = digest(large);
            for (Future<String> read : readers.invokeAll(tasks)) {
                assertThat(read.get()).isEqualTo(expected);
            }
        }
    }

    private RawClient.Response post(String events) throws IOException {
        int length = events.getBytes(StandardCharsets.UTF_8).length;
        return client.send("POST /.pullboot/v1/events HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n"
                        + events)
                .read(false);
    }

    private static ServerLimits limits(Duration header, Duration idle, int perClient) {
        return limits(header, idle, perClient, ServerLimits.defaults().stallTime());
    }

    private static ServerLimits limits(Duration header, Duration idle, int perClient, Duration stall) {
        ServerLimits usual = ServerLimits.defaults();
        return new ServerLimits(
                usual.connections(),
                perClient,
                header,
                idle,
                usual.bodyTime(),
                stall,
                usual.requestLine(),
                usual.header(),
                usual.pipelined());
    }

    static byte[] bytes(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static String digest(byte[] bytes) {
        return Sha256.of(Sha256.digester().digest(bytes)).hex();
    }
}
