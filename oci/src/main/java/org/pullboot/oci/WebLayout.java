package org.pullboot.oci;

import java.nio.file.Path;
import org.pullboot.pull.PullException;
import org.pullboot.pull.PullListener;
import org.pullboot.pull.RequestHeaders;
import org.pullboot.pull.WebClient;
import org.pullboot.pull.WebReply;

/** An OCI layout in a directory of any web server. */
final class WebLayout implements Place {
    private final WebClient client;
    private final String url;

    /**
     * @param url ends with a slash
     */
    WebLayout(WebClient client, String url) {
        this.client = client;
        this.url = url;
    }

    @Override
    public Start start(PullListener listener) throws PullException {
        return new Start(get(url + "index.json", listener), true);
    }

    @Override
    public byte[] document(Descriptor descriptor, PullListener listener) throws PullException {
        return get(blob(descriptor), listener);
    }

    @Override
    public void download(Descriptor descriptor, Path target, PullListener listener, WebClient.Meter meter)
            throws PullException {
        String blob = blob(descriptor);
        given(
                client.download(
                        blob, RequestHeaders.NONE, target, descriptor.size(), descriptor.digest(), listener, meter),
                blob);
    }

    private String blob(Descriptor descriptor) {
        return url + "blobs/sha256/" + descriptor.digest().hex();
    }

    private byte[] get(String document, PullListener listener) throws PullException {
        return given(client.get(document, RequestHeaders.NONE, LocalImages.DOCUMENT_LIMIT, listener), document)
                .body();
    }

    private static WebReply.Page given(WebReply reply, String document) throws PullException {
        return switch (reply) {
            case WebReply.Page page -> page;
            case WebReply.Missing _ ->
                throw new PullException("cannot pull the image: there is no " + WebClient.shown(document)
                        + ": is that directory an OCI layout, and complete?");
            case WebReply.Unauthorized _ ->
                throw new PullException("cannot pull the image: " + WebClient.shown(document)
                        + " is only for those with a user and a password: put them into the URL");
        };
    }

    @Override
    public String shown() {
        return WebClient.shown(url);
    }
}
