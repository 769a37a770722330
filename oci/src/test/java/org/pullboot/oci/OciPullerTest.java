package org.pullboot.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.image.Sha256;
import org.pullboot.pull.Preflight;
import org.pullboot.pull.PullException;
import org.pullboot.pull.PullListener;
import org.pullboot.pull.PullOptions;
import org.pullboot.pull.PullProgress;
import org.pullboot.pull.PullRequest;
import org.pullboot.pull.PullResult;
import org.pullboot.pull.PullType;
import org.pullboot.pull.Verification;

final class OciPullerTest {
    private static final PullOptions OPTIONS = new PullOptions(
            "test", Duration.ofSeconds(5), Duration.ofSeconds(5), 3, Duration.ofMillis(1), Duration.ofMillis(2));

    @TempDir
    private Path temp;

    private final Images images = new Images();
    private TestRegistry registry;
    private Path destination;

    @BeforeEach
    void start() throws IOException {
        registry = new TestRegistry();
        destination = temp.resolve("machines/os");
    }

    @AfterEach
    void stop() throws IOException {
        registry.close();
        Path parent = temp.resolve("machines");
        if (Files.exists(parent)) {
            try (var left = Files.list(parent)) {
                assertThat(left.toList()).as("nothing else is left").isSubsetOf(List.of(destination));
            }
        }
    }

    private PullRequest request(String url, Verification verification, @Nullable Sha256 pin) {
        return new PullRequest(
                "os", PullType.OCI, List.of(url), destination, verification, pin, null, false, 1 << 20, 1 << 20);
    }

    private PullResult pull(String url) throws PullException {
        return new OciPuller(OPTIONS).pull(request(url, Verification.NO, null), PullListener.NONE);
    }

    private String reference(String rest) {
        return registry.authority() + "/team/os" + rest;
    }

    private void blobs(TestRegistry at, String prefix) {
        for (Map.Entry<String, byte[]> blob : images.blobs.entrySet()) {
            at.on(prefix + blob.getKey(), "application/octet-stream", blob.getValue());
        }
    }

    private byte[] publish(String mark) throws IOException {
        byte[] manifest = images.image(mark);
        registry.on("/v2/team/os/manifests/1", Images.MANIFEST, manifest);
        registry.on("/v2/team/os/manifests/" + Images.digest(manifest), Images.MANIFEST, manifest);
        blobs(registry, "/v2/team/os/blobs/");
        return manifest;
    }

    @Test
    void anImageAtARegistryBecomesADirectory() throws IOException {
        byte[] manifest = publish("m");
        List<Preflight> begins = new ArrayList<>();
        List<Long> progress = new ArrayList<>();

        PullResult result = new OciPuller(OPTIONS)
                .pull(request(reference(":1"), Verification.CHECKSUM, null), new PullListener() {
                    @Override
                    public void begins(Preflight preflight) {
                        begins.add(preflight);
                    }

                    @Override
                    public void progress(PullProgress at) {
                        progress.add(at.bytes());
                    }
                });

        assertThat(destination.resolve("etc/mark")).hasContent("m");
        assertThat(destination.resolve("etc/middle")).hasContent("2");
        assertThat(destination.resolve("gone")).doesNotExist();
        assertThat(result.digest().toString()).isEqualTo(Images.digest(manifest));
        assertThat(result.verifiedBy()).isEqualTo(PullResult.VerifiedBy.CHECKSUM);
        assertThat(result.url()).isEqualTo(reference(":1"));
        assertThat(begins).hasSize(1);
        assertThat(begins.getFirst().transferBytes()).isEqualTo(result.transferred());
        assertThat(progress.getLast()).isEqualTo(result.transferred());
        assertThatThrownBy(() -> pull(reference(":1"))).hasMessageContaining("exists already");
    }

    @Test
    void anIndexLeadsToThePlatformsImage() throws IOException {
        byte[] manifest = publish("m");
        byte[] index = Images.index(
                images.descriptor(Images.MANIFEST, new byte[] {'{', '}'}, Images.platform("s390x")),
                images.descriptor(
                        Images.MANIFEST,
                        manifest,
                        Images.platform(Platform.ofHost().architecture())));
        // Some servers call everything JSON.
        registry.on("/v2/team/os/manifests/latest", "application/json", index);

        PullResult result = pull(reference(""));

        assertThat(result.digest().toString()).isEqualTo(Images.digest(manifest));
        assertThat(result.verifiedBy()).isEqualTo(PullResult.VerifiedBy.NOTHING);
    }

    @Test
    void aTokenIsFetchedAndShown() throws IOException {
        publish("m");
        registry.guard(
                "/v2/",
                "Bearer tok.en-1",
                "Bearer realm=\"http://" + registry.authority()
                        + "/token\",service=\"reg\",scope=\"repository:team/os:pull\"");
        registry.on(
                "/token?service=reg&scope=repository%3Ateam%2Fos%3Apull",
                "application/json", "{\"token\":\"tok.en-1\",\"expires_in\":300}".getBytes(UTF_8));

        pull(reference(":1"));

        assertThat(registry.requests.get(1)).startsWith("/token?").endsWith(" - -");
        assertThat(registry.requests.subList(2, registry.requests.size()))
                .allMatch(r -> r.contains(" Bearer tok.en-1 "));
    }

    @Test
    void userAndPasswordAreShownForTheToken() throws IOException {
        publish("m");
        registry.guard("/v2/", "Bearer t", "bearer Realm=\"http://" + registry.authority() + "/token\" , service=reg");
        registry.guard("/token", "Basic bWU6c2VjcmV0", "Basic realm=x");
        registry.on(
                "/token?service=reg&scope=repository%3Ateam%2Fos%3Apull",
                "application/json", "{\"access_token\":\"t\"}".getBytes(UTF_8));

        PullResult result = pull("http://me:secret@" + reference(":1"));

        assertThat(result.url()).doesNotContain("secret");
        assertThat(destination.resolve("etc/mark")).hasContent("m");
    }

    @Test
    void whoIsNotLetInIsTold() throws IOException {
        publish("m");
        registry.guard("/v2/", "Bearer t", "Bearer realm=\"http://" + registry.authority() + "/token\"");
        assertThatThrownBy(() -> pull(reference(":1"))).hasMessageContaining("gives no token for it");

        registry.guard("/v2/", "Bearer t", "Bearer realm=\"ftp://host/token\"");
        assertThatThrownBy(() -> pull(reference(":1")))
                .hasMessageContaining("asks for a token from 'ftp://host/token'");

        registry.guard("/v2/", "Basic t", "Basic realm=\"x\"");
        assertThatThrownBy(() -> pull(reference(":1"))).hasMessageContaining("does not give it to everybody");

        assertThatThrownBy(() -> pull(registry.authority() + "/other:1")).hasMessageContaining("does not give it");
        registry.protectedBy.clear();
        assertThatThrownBy(() -> pull(registry.authority() + "/other:1"))
                .isInstanceOf(PullException.class)
                .hasMessageContaining("has no other/manifests/1: check the name and the tag");
    }

    @Test
    void aRedirectElsewhereDoesNotGetTheToken() throws IOException {
        publish("m");
        registry.guard("/v2/", "Bearer t", "Bearer realm=\"http://" + registry.authority() + "/token\",service=\"\"");
        registry.on(
                "/token?service=&scope=repository%3Ateam%2Fos%3Apull",
                "application/json", "{\"token\":\"t\"}".getBytes(UTF_8));
        try (TestRegistry store = new TestRegistry()) {
            blobs(store, "/store/");
            for (String digest : images.blobs.keySet()) {
                registry.on(
                        "/v2/team/os/blobs/" + digest,
                        "307 Elsewhere\r\nLocation: http://" + store.authority() + "/store/" + digest);
            }

            pull(reference(":1"));

            assertThat(destination.resolve("etc/mark")).hasContent("m");
            assertThat(store.requests).isNotEmpty().allMatch(request -> request.contains(" - "));
        }
    }

    @Test
    void aBrokenConnectionIsTakenUpWhereItBroke() throws IOException {
        publish("m");
        List<String> retries = new ArrayList<>();
        for (String digest : images.blobs.keySet()) {
            registry.cuts.put("/v2/team/os/blobs/" + digest, 100);
        }

        new OciPuller(OPTIONS).pull(request(reference(":1"), Verification.NO, null), new PullListener() {
            @Override
            public void retries(String reason) {
                retries.add(reason);
            }
        });

        assertThat(destination.resolve("etc/mark")).hasContent("m");
        assertThat(retries).isNotEmpty();
        assertThat(registry.requests).anyMatch(request -> request.endsWith(" - bytes=100-"));
    }

    @Test
    void anotherBlobThanWasAskedForIsRefused() throws IOException {
        publish("m");
        for (Map.Entry<String, byte[]> blob : images.blobs.entrySet()) {
            byte[] spoiled = blob.getValue().clone();
            spoiled[spoiled.length / 2] ^= 1;
            registry.on("/v2/team/os/blobs/" + blob.getKey(), "x/y", spoiled);
            assertThatThrownBy(() -> pull(reference(":1"))).isInstanceOf(PullException.class);
            registry.on("/v2/team/os/blobs/" + blob.getKey(), "x/y", new byte[blob.getValue().length + 1]);
            assertThatThrownBy(() -> pull(reference(":1"))).isInstanceOf(PullException.class);
            registry.on("/v2/team/os/blobs/" + blob.getKey(), "x/y", blob.getValue());
        }
        assertThat(destination).doesNotExist();
    }

    @Test
    void pinsHold() throws IOException {
        byte[] manifest = publish("m");
        Sha256 right = Sha256.of(Sha256.digester().digest(manifest));
        Sha256 wrong = new Sha256("0".repeat(64));
        OciPuller puller = new OciPuller(OPTIONS);

        assertThatThrownBy(() -> puller.pull(request(reference(":1"), Verification.NO, wrong), PullListener.NONE))
                .hasMessageContaining("has " + right + " but the boot command line pins " + wrong);
        registry.on("/v2/team/os/manifests/" + wrong, Images.MANIFEST, manifest);
        assertThatThrownBy(() -> pull(reference("@" + wrong))).hasMessageContaining("expected the manifest " + wrong);
        assertThat(puller.pull(request(reference(":1"), Verification.SIGNATURE, right), PullListener.NONE)
                        .verifiedBy())
                .isEqualTo(PullResult.VerifiedBy.PIN);
    }

    @Test
    void aDigestInTheReferenceIsAPin() throws IOException {
        byte[] manifest = publish("m");

        PullResult result = new OciPuller(OPTIONS)
                .pull(
                        request(reference("@" + Images.digest(manifest)), Verification.SIGNATURE, null),
                        PullListener.NONE);

        assertThat(result.verifiedBy()).isEqualTo(PullResult.VerifiedBy.PIN);
    }

    @Test
    void noSignatureIsPretended() throws IOException {
        publish("m");
        assertThatThrownBy(() -> new OciPuller(OPTIONS)
                        .pull(request(reference(":1"), Verification.SIGNATURE, null), PullListener.NONE))
                .hasMessageContaining("no signature tells")
                .hasMessageContaining("verify=checksum");
        assertThat(registry.requests).isEmpty();
    }

    @Test
    void aLayoutInAWebDirectoryIsAnImageToo() throws IOException {
        byte[] manifest = images.image("w");
        byte[] index = Images.index(images.descriptor(Images.MANIFEST, manifest, Images.named("1")));
        registry.on("/os/index.json", "application/json", index);
        for (Map.Entry<String, byte[]> blob : images.blobs.entrySet()) {
            registry.on(
                    "/os/blobs/sha256/" + blob.getKey().substring("sha256:".length()),
                    "application/octet-stream",
                    blob.getValue());
        }

        pull("http://" + registry.authority() + "/os/");

        assertThat(destination.resolve("etc/mark")).hasContent("w");
        destination = temp.resolve("machines/other");
        assertThatThrownBy(() -> pull("http://" + registry.authority() + "/none/"))
                .hasMessageContaining("is that directory an OCI layout");
        destination = temp.resolve("machines/os");
    }

    @Test
    void filesOfThisMachineAreImagesToo() throws IOException {
        Path layout = Files.createDirectory(temp.resolve("layout"));
        images.layout(layout, Images.index(images.descriptor(Images.MANIFEST, images.image("f"), Images.named("1"))));

        PullResult result = pull("file:" + layout + ":1");

        assertThat(destination.resolve("etc/mark")).hasContent("f");
        assertThat(result.transferred()).isZero();
        assertThat(layout.resolve("index.json")).exists();
    }

    @Test
    void theNextPlaceIsAskedWhenOneFails() throws IOException {
        publish("m");
        PullRequest both = new PullRequest(
                "os",
                PullType.OCI,
                List.of("http://" + registry.authority() + "/none/", reference(":1")),
                destination,
                Verification.NO,
                null,
                null,
                false,
                1 << 20,
                1 << 20);

        assertThat(new OciPuller(OPTIONS).pull(both, PullListener.NONE).url()).isEqualTo(reference(":1"));
    }

    @Test
    void limitsHold() throws IOException {
        publish("m");
        PullRequest small = new PullRequest(
                "os",
                PullType.OCI,
                List.of(reference(":1")),
                destination,
                Verification.NO,
                null,
                null,
                false,
                100,
                1 << 20);
        assertThatThrownBy(() -> new OciPuller(OPTIONS).pull(small, PullListener.NONE))
                .hasMessageContaining("more than the 100 bytes that may be transferred");
        assertThatThrownBy(() -> new OciPuller(OPTIONS)
                        .pull(request(reference(":1"), Verification.NO, null).limited(2), PullListener.NONE))
                .hasMessageContaining("allowed here");
    }
}
