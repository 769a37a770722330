package org.pullboot.serve;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import org.pullboot.pull.BootEvent;

/** A request as far as it has come in, and what is wrong with it. */
final class Incoming {
    private final HttpRequest request;
    private final Target target;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable Reply refusal;

    Incoming(HttpRequest request) {
        this.request = request;
        this.target = request.decoderResult().isSuccess() ? RequestPath.parse(request.uri()) : new Target.Nothing();
        this.refusal = refusal();
    }

    HttpRequest request() {
        return request;
    }

    Target target() {
        return target;
    }

    byte[] body() {
        return body.toByteArray();
    }

    /** The answer to a request that must not be looked at further; null when it may be. */
    @Nullable
    Reply refused() {
        return refusal;
    }

    boolean keepAlive() {
        return HttpUtil.isKeepAlive(request);
    }

    boolean head() {
        return request.method().equals(HttpMethod.HEAD);
    }

    /** Takes more of the body; what is too long is not kept. */
    void append(byte[] bytes) {
        if (refusal != null) {
            return;
        }
        if (body.size() + bytes.length > BootEvent.LIMIT) {
            refuse(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "Events are at most 64 KiB.");
        } else {
            body.writeBytes(bytes);
        }
    }

    /** The bytes that came are no HTTP. */
    void broken() {
        refuse(HttpResponseStatus.BAD_REQUEST, "The request body is broken.");
    }

    private void refuse(HttpResponseStatus status, String sentence) {
        refusal = Reply.sentence(status, sentence).closing();
    }

    private @Nullable Reply refusal() {
        if (!request.decoderResult().isSuccess()) {
            Throwable cause = request.decoderResult().cause();
            if (cause instanceof TooLongHttpLineException) {
                return Reply.sentence(HttpResponseStatus.REQUEST_URI_TOO_LONG, "The request line is too long.")
                        .closing();
            }
            if (cause instanceof TooLongHttpHeaderException) {
                return Reply.sentence(
                                HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The request header is too long.")
                        .closing();
            }
            return Reply.sentence(HttpResponseStatus.BAD_REQUEST, "This is no HTTP/1.1 request.")
                    .closing();
        }
        HttpVersion version = request.protocolVersion();
        if (!version.protocolName().equals("HTTP") || version.majorVersion() != 1) {
            return Reply.sentence(HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "This server speaks HTTP/1.1.")
                    .closing();
        }
        int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
        if (hosts > 1 || (hosts == 0 && version.minorVersion() > 0)) {
            return Reply.sentence(HttpResponseStatus.BAD_REQUEST, "A request has exactly one Host header.")
                    .closing();
        }
        if (target instanceof Target.Malformed(String reason)) {
            return Reply.sentence(HttpResponseStatus.BAD_REQUEST, reason).closing();
        }
        return refusedMethod();
    }

    private @Nullable Reply refusedMethod() {
        HttpMethod method = request.method();
        boolean events = target instanceof Target.Events;
        boolean reads = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
        if (events ? !method.equals(HttpMethod.POST) : !reads) {
            return Reply.sentence(
                            HttpResponseStatus.METHOD_NOT_ALLOWED,
                            "The method " + (events ? "POST" : "GET or HEAD") + " is needed here.")
                    .with(Header.ALLOW, events ? "POST" : "GET, HEAD")
                    .closing();
        }
        boolean hasBody = HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) > 0;
        if (!events && hasBody) {
            return Reply.sentence(HttpResponseStatus.BAD_REQUEST, "A GET or HEAD request has no body.")
                    .closing();
        }
        if (events && HttpUtil.getContentLength(request, 0L) > BootEvent.LIMIT) {
            return Reply.sentence(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "Events are at most 64 KiB.")
                    .closing();
        }
        return null;
    }
}
