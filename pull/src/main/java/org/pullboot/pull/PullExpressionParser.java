package org.pullboot.pull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads one pull expression in the order in which systemd-import-generator(8) does, so that the same expression fails
 * for the same reason. Used once.
 */
final class PullExpressionParser {
    private final @Nullable BootOrigin origin;
    private final List<String> warnings = new ArrayList<>();

    private @Nullable PullType type;
    private @Nullable ImageClass imageClass;
    private Verification verification = Verification.SIGNATURE;
    private boolean readOnly;
    private boolean blockDevice;
    private boolean bootOrigin;
    private boolean runtime;

    PullExpressionParser(@Nullable BootOrigin origin, boolean initrd) {
        this.origin = origin;
        this.runtime = initrd;
    }

    PullOutcome parse(String text) {
        try {
            return understand(text);
        } catch (PullException e) {
            return new PullOutcome.Refused("pull expression '" + Text.shown(text) + "': " + e.getMessage(), warnings);
        }
    }

    private PullOutcome understand(String text) throws PullException {
        Fields fields = new Fields(text);
        String options = fields.next(':');
        if (options == null) {
            throw new PullException("it is empty: expected OPTIONS:LOCAL:REMOTE");
        }
        options(options);

        String local = fields.next(':');
        if (local == null) {
            throw new PullException("it has no local name: expected OPTIONS:LOCAL:REMOTE");
        }
        String remote = fields.rest();
        if (remote == null || remote.isEmpty()) {
            throw new PullException("it says nothing about where the image is: expected OPTIONS:LOCAL:REMOTE");
        }
        if (!local.isEmpty() && !LocalName.isValid(local)) {
            throw new PullException("'" + Text.shown(local) + "' is not a valid image name: use a plain file name");
        }

        String url = remote;
        if (bootOrigin) {
            if (origin == null) {
                return new PullOutcome.Skipped(
                        "pull expression '" + Text.shown(text)
                                + "' asks for a file beside the one this machine was booted from, and the firmware told no"
                                + " boot URL: give it as rd.pullboot.origin=",
                        warnings);
            }
            url = origin.resolve(remote);
            // What lies beside the boot URL is a layout of files, and no registry.
            url = type == PullType.OCI && !url.endsWith("/") ? url + "/" : url;
        }
        if (type == PullType.OCI && !isReference(url)) {
            throw new PullException(
                    "'" + Text.shown(url)
                            + "' names no OCI image: use a reference such as docker.io/library/debian:13, or http://, https:// or file:/");
        }
        if (type != PullType.OCI && !Urls.isHttp(url) && !Urls.isFile(url)) {
            throw new PullException(
                    "'" + Text.shown(url)
                            + "' is not a URL it can take: use http://, https:// or file:/, in lower case, and ASCII characters");
        }
        if (type == null) {
            throw new PullException("it names no image type: add raw, tar or oci to its options");
        }
        if (imageClass == null) {
            throw new PullException("it names no image class: add machine, portable, sysext or confext to its options");
        }
        if (local.isEmpty()) {
            local = type == PullType.OCI ? LocalName.ofReference(url) : LocalName.derive(Urls.lastComponent(url), type);
            if (!LocalName.isValid(local)) {
                throw new PullException("no local name follows from its URL: put one between the colons");
            }
        }
        if (blockDevice && type != PullType.RAW) {
            throw new PullException("option blockdev is only for raw images: leave it out, or use raw");
        }
        return new PullOutcome.Accepted(
                new PullExpression(
                        type, imageClass, verification, readOnly, blockDevice, bootOrigin, runtime, local, remote, url),
                warnings);
    }

    private void options(String text) throws PullException {
        Fields fields = new Fields(text);
        for (String option = fields.next(','); option != null; option = fields.next(',')) {
            if (option.startsWith("verify=")) {
                verification(option.substring("verify=".length()));
            } else if (option.startsWith("runtime=")) {
                runtime(option.substring("runtime=".length()));
            } else {
                word(option);
            }
        }
    }

    private void word(String option) {
        switch (option) {
            case "ro" -> readOnly = true;
            case "rw" -> readOnly = false;
            case "raw" -> type = PullType.RAW;
            case "tar" -> type = PullType.TAR;
            case "oci" -> type = PullType.OCI;
            case "machine" -> imageClass = ImageClass.MACHINE;
            case "portable" -> imageClass = ImageClass.PORTABLE;
            case "sysext" -> imageClass = ImageClass.SYSEXT;
            case "confext" -> imageClass = ImageClass.CONFEXT;
            case "blockdev" -> blockDevice = true;
            case "bootorigin" -> bootOrigin = true;
            default ->
                warnings.add("unknown pull option '" + Text.shown(option)
                        + "': expected ro, rw, verify=, machine, portable, sysext, confext, raw, tar, oci, blockdev,"
                        + " bootorigin or runtime=");
        }
    }

    /** Whether it can be one; what it means is for those to say who fetch it. */
    private static boolean isReference(String text) {
        if (Urls.isHttp(text) || Urls.isFile(text)) {
            return true;
        }
        for (int i = 0; i < text.length(); i++) {
            if (!Text.isPrintableAscii(text.charAt(i))) {
                return false;
            }
        }
        return text.indexOf("://") < 0 && Character.isLetterOrDigit(text.charAt(0));
    }

    private void verification(String mode) {
        switch (mode) {
            case "no" -> verification = Verification.NO;
            case "checksum" -> verification = Verification.CHECKSUM;
            case "signature" -> verification = Verification.SIGNATURE;
            default ->
                warnings.add("unknown verification mode '" + Text.shown(mode)
                        + "': expected verify=no, verify=checksum or verify=signature; pin a digest with"
                        + " rd.pullboot.digest=NAME:sha256:HEX");
        }
    }

    private void runtime(String value) {
        Optional<Boolean> parsed = Booleans.parse(value);
        if (parsed.isPresent()) {
            runtime = parsed.get();
        } else {
            warnings.add("runtime='" + Text.shown(value) + "' is neither yes nor no");
        }
    }

    /** Fields between separators, one after the other, where a backslash makes the next character an ordinary one. */
    private static final class Fields {
        private final String text;
        private int next;

        Fields(String text) {
            this.text = text;
        }

        /** The next field, or null after the last. */
        @Nullable
        String next(char separator) throws PullException {
            if (next > text.length()) {
                return null;
            }
            StringBuilder field = new StringBuilder();
            int i = next;
            for (; i < text.length() && text.charAt(i) != separator; i++) {
                if (text.charAt(i) == '\\') {
                    i++;
                    if (i == text.length()) {
                        throw new PullException("it ends with a lone backslash");
                    }
                }
                field.append(text.charAt(i));
            }
            next = i + 1;
            return field.toString();
        }

        /** What no field has taken, or null after the last field. */
        @Nullable
        String rest() {
            return next > text.length() ? null : text.substring(next);
        }
    }
}
