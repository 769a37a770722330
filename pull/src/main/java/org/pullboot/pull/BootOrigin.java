package org.pullboot.pull;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The URL this machine was booted from. What else it needs is beside that file: a name replaces the URL's last path
 * component, by systemd's rule, which is not RFC 3986 resolution: the query and the fragment go, slashes at the end go,
 * the last component and the slashes before it go, then one slash and the name are put there as they are.
 *
 * @param url as the firmware gave it
 */
public record BootOrigin(String url) {
    private static final int EFI_ATTRIBUTES = 4;

    /**
     * The origin in an EFI variable, as efivarfs gives it: four bytes of attributes, then UTF-16LE up to a NUL.
     *
     * @param file the whole content of {@code StubDeviceURL-…} or {@code LoaderDeviceURL-…}
     * @return nothing when the variable is empty
     * @throws PullException when there are fewer than four bytes, or half a character
     */
    public static Optional<BootOrigin> ofVariable(byte[] file) throws PullException {
        if (file.length == 0) {
            return Optional.empty();
        }
        if (file.length < EFI_ATTRIBUTES || file.length % 2 != 0) {
            throw new PullException("the EFI variable with the boot URL has " + file.length
                    + " bytes: expected 4 bytes of attributes and UTF-16 text");
        }
        String text = new String(file, EFI_ATTRIBUTES, file.length - EFI_ATTRIBUTES, StandardCharsets.UTF_16LE);
        int end = text.indexOf('\0');
        String url = end < 0 ? text : text.substring(0, end);
        return url.isEmpty() ? Optional.empty() : Optional.of(new BootOrigin(url));
    }

    /**
     * The URL of a file beside the one that was booted.
     *
     * @param suffix a name, or more of a path; put there as it is
     * @throws PullException when the result is no http or https URL of ASCII characters
     */
    public String resolve(String suffix) throws PullException {
        String resolved = Urls.changeSuffix(url, 1, suffix);
        if (!Urls.isHttp(resolved)) {
            throw new PullException(
                    "the boot URL '" + Urls.shown(url)
                            + "' leads to no http:// or https:// URL in ASCII: boot from such a URL, or give it as rd.pullboot.origin=");
        }
        return resolved;
    }

    /**
     * The URL of a file of one generation (docs/PROTOCOL.md).
     *
     * @throws PullException as {@link #resolve}
     */
    public String resolveInGeneration(String generation, String suffix) throws PullException {
        return resolve(".pullboot/v1/g/" + generation + "/" + suffix);
    }
}
