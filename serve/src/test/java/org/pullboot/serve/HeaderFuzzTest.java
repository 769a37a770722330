package org.pullboot.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.pullboot.fleet.Artifact;
import org.pullboot.image.Sha256;

final class HeaderFuzzTest {
    private static final long SIZE = 1000;
    private static final Artifact ARTIFACT = new Artifact(
            "os.raw", Artifact.Role.IMAGE, new Sha256("0".repeat(64)), SIZE, Instant.EPOCH, "application/octet-stream");

    @FuzzTest(maxDuration = "60s")
    void everyHeaderIsUnderstoodOrIgnored(byte @Nullable [] bytes) {
        String text = bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
        if (ByteRange.parse(text, SIZE) instanceof ByteRange.Part(long first, long last)) {
            assertThat(first).isBetween(0L, last);
            assertThat(last).isLessThan(SIZE);
        }
        for (String name :
                new String[] {"If-Match", "If-None-Match", "If-Range", "If-Modified-Since", "If-Unmodified-Since"}) {
            HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory()
                    .withValidation(false)
                    .newHeaders()
                    .set(name, text);
            assertThat(Preconditions.verdict(headers, ARTIFACT)).isNotNull();
            assertThat(Preconditions.rangeHolds(headers, ARTIFACT)).isIn(true, false);
            String tag = Preconditions.entityTag(headers);
            assertThat(tag == null || tag.startsWith("\"")).isTrue();
        }
    }
}
