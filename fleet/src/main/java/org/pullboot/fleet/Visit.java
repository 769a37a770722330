package org.pullboot.fleet;

import org.jspecify.annotations.Nullable;

/**
 * What one request tells about who asks.
 *
 * @param address the client's address, without its port
 * @param userAgent as it was sent, empty when it was not
 * @param head whether only the header is asked for
 * @param ranged whether a part of the file is asked for: a resumed transfer
 * @param entityTag the one strong entity tag that the client says it has a part of ({@code If-Match}, {@code If-Range})
 */
public record Visit(
        String address,
        String userAgent,
        boolean head,
        boolean ranged,
        @Nullable String entityTag) {
    /** Nobody's: a file that is needed by the server itself. */
    static Visit ofNobody() {
        return new Visit("", "", false, false, null);
    }

    /** Whether this is firmware (EDK2 and what vendors made of it, or iPXE): what it fetches starts a power-on. */
    public boolean firmware() {
        return userAgent.startsWith("UefiHttpBoot") || userAgent.startsWith("iPXE/");
    }
}
