package org.pullboot.oci;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pullboot.image.ImageException;
import org.pullboot.image.Json;
import org.pullboot.image.Sha256;
import org.pullboot.pull.PullException;
import org.pullboot.pull.PullListener;
import org.pullboot.pull.RequestHeaders;
import org.pullboot.pull.Text;
import org.pullboot.pull.WebClient;
import org.pullboot.pull.WebReply;

/**
 * An image at a registry (OCI distribution specification, "Pull"), which may want a token first. Used once, by one
 * thread.
 */
final class Registry implements Place {
    private static final int TOKEN_LIMIT = 64 * 1024;

    private final WebClient client;
    private final Reference reference;
    private @Nullable String authorization;

    Registry(WebClient client, Reference reference) {
        this.client = client;
        this.reference = reference;
    }

    @Override
    public Start start(PullListener listener) throws IOException {
        WebReply.Page page = page(url("manifests", reference.version()), MediaType.ACCEPT, listener);
        Sha256 wanted = reference.digest();
        Sha256 found = Sha256.of(Sha256.digester().digest(page.body()));
        if (wanted != null && !wanted.equals(found)) {
            throw new ImageException("expected the manifest " + wanted + ", but " + reference.host() + " sent " + found
                    + ": the image is damaged there, or was changed on its way");
        }
        String type = page.mediaType();
        if (!MediaType.isIndex(type) && !MediaType.isManifest(type)) {
            // The document says it too, and some servers call everything JSON.
            type = Json.parse(page.body()).findText("mediaType").orElse(type);
        }
        if (!MediaType.isIndex(type) && !MediaType.isManifest(type)) {
            throw new ImageException("expected an image at " + reference + ", but there is something of the type '"
                    + Text.shown(type) + "': push it again with a tool of this decade");
        }
        return new Start(page.body(), MediaType.isIndex(type));
    }

    @Override
    public byte[] document(Descriptor descriptor, PullListener listener) throws IOException {
        boolean manifest = MediaType.isIndex(descriptor.mediaType()) || MediaType.isManifest(descriptor.mediaType());
        String kind = manifest ? "manifests" : "blobs";
        return page(url(kind, descriptor.digest().toString()), manifest ? MediaType.ACCEPT : null, listener)
                .body();
    }

    @Override
    public void download(Descriptor descriptor, Path target, PullListener listener, WebClient.Meter meter)
            throws IOException {
        String url = url("blobs", descriptor.digest().toString());
        WebReply reply = download(url, descriptor, target, listener, meter);
        if (reply instanceof WebReply.Unauthorized(String challenge)) {
            // Tokens are good for minutes, and large layers take longer.
            authorize(challenge, listener);
            Files.deleteIfExists(target);
            reply = download(url, descriptor, target, listener, meter);
        }
        given(reply, url);
    }

    private WebReply download(
            String url, Descriptor descriptor, Path target, PullListener listener, WebClient.Meter meter)
            throws PullException {
        RequestHeaders headers = new RequestHeaders(null, authorization);
        return client.download(url, headers, target, descriptor.size(), descriptor.digest(), listener, meter);
    }

    private WebReply.Page page(String url, @Nullable String accept, PullListener listener) throws IOException {
        WebReply reply =
                client.get(url, new RequestHeaders(accept, authorization), LocalImages.DOCUMENT_LIMIT, listener);
        if (reply instanceof WebReply.Unauthorized(String challenge)) {
            authorize(challenge, listener);
            reply = client.get(url, new RequestHeaders(accept, authorization), LocalImages.DOCUMENT_LIMIT, listener);
        }
        return given(reply, url);
    }

    private WebReply.Page given(WebReply reply, String url) throws PullException {
        return switch (reply) {
            case WebReply.Page page -> page;
            case WebReply.Missing _ ->
                throw new PullException("cannot pull " + reference + ": " + reference.host() + " has no "
                        + url.substring(url.indexOf("/v2/") + 4) + ": check the name and the tag");
            case WebReply.Unauthorized _ ->
                throw new PullException("cannot pull " + reference + ": " + reference.host()
                        + " does not give it to everybody: check the name, or put user and password before the host, as in"
                        + " https://USER:PASSWORD@" + reference.host() + "/…");
        };
    }

    private String url(String kind, String version) {
        return reference.server() + "/v2/" + reference.repository() + "/" + kind + "/" + version;
    }

    /** Gets a token for pulling from where the registry says; the user in the reference, if any, is shown for it. */
    private void authorize(String header, PullListener listener) throws IOException {
        Optional<Challenge> challenge = Challenge.parse(header);
        if (challenge.isEmpty() || !challenge.get().scheme().equals("bearer")) {
            // The user in the reference was shown already.
            return;
        }
        String realm = challenge.get().parameter("realm");
        boolean clear = reference.server().startsWith("http://");
        if (!realm.startsWith("https://") && !(clear && realm.startsWith("http://"))) {
            throw new PullException("cannot pull " + reference + ": the registry asks for a token from '"
                    + Text.shown(realm) + "', which is no https:// URL");
        }
        String scope = "repository:" + reference.repository() + ":pull";
        String url = withUser(realm) + (realm.indexOf('?') < 0 ? "?" : "&") + "service="
                + encoded(challenge.get().parameter("service")) + "&scope=" + encoded(scope);
        WebReply reply = client.get(url, RequestHeaders.NONE, TOKEN_LIMIT, listener);
        if (!(reply instanceof WebReply.Page page)) {
            throw new PullException("cannot pull " + reference + ": " + WebClient.shown(realm)
                    + " gives no token for it: check the name," + " and user and password if there are any");
        }
        Json answer = Json.parse(page.body());
        Optional<String> token = answer.findText("token");
        String bearer = token.isPresent() ? token.get() : answer.text("access_token");
        for (int i = 0; i < bearer.length(); i++) {
            if (bearer.charAt(i) <= ' ' || bearer.charAt(i) > '~') {
                throw new ImageException("the token for " + reference + " has characters that no header may have");
            }
        }
        authorization = "Bearer " + bearer;
    }

    private String withUser(String realm) {
        int start = reference.server().indexOf("://") + 3;
        int at = reference.server().lastIndexOf('@');
        int host = realm.indexOf("://") + 3;
        return at < start
                ? realm
                : realm.substring(0, host) + reference.server().substring(start, at + 1) + realm.substring(host);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String shown() {
        return reference.toString();
    }
}
