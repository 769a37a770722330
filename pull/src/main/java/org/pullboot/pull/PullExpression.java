package org.pullboot.pull;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code systemd.pull=OPTIONS:LOCAL:REMOTE} asks for, understood as systemd-import-generator(8) understands it.
 *
 * @param type how the image is installed
 * @param imageClass what the image is for
 * @param verification how the download is verified when no digest is pinned; systemd's default is by signature
 * @param readOnly whether the image is made read-only; systemd's default is no
 * @param blockDevice whether the image is then attached as a block device
 * @param bootOrigin whether {@code remote} stands beside the file that was booted
 * @param runtime whether the image goes when the machine does; the default is yes in an initrd, no elsewhere
 * @param local the image's local name; when none was given, the last component of the URL without its suffixes
 * @param remote what stands after the second colon, as it is
 * @param url where the image is: {@code http://}, {@code https://} or {@code file:/}; of an OCI image also a reference
 *     such as {@code docker.io/library/debian:13}, and a layout of files in a web directory when it ends with a slash
 */
public record PullExpression(
        PullType type,
        ImageClass imageClass,
        Verification verification,
        boolean readOnly,
        boolean blockDevice,
        boolean bootOrigin,
        boolean runtime,
        String local,
        String remote,
        String url) {

    /**
     * Understands an expression as a boot does: what can be looked over is a warning.
     *
     * @param text the value of {@code rd.systemd.pull=} or {@code systemd.pull=}
     * @param origin where this machine was booted from, when that is known
     * @param initrd whether an initrd asks: its images live until the next boot unless the expression says otherwise
     */
    public static PullOutcome read(String text, @Nullable BootOrigin origin, boolean initrd) {
        return new PullExpressionParser(origin, initrd).parse(text);
    }

    /**
     * Understands an expression as a command does: everything that is looked over at boot is an error.
     *
     * @throws PullException when the expression is refused, skipped or has a warning
     */
    public static PullExpression parse(String text, @Nullable BootOrigin origin, boolean initrd) throws PullException {
        PullOutcome outcome = read(text, origin, initrd);
        if (!outcome.warnings().isEmpty()) {
            throw new PullException(outcome.warnings().getFirst());
        }
        return switch (outcome) {
            case PullOutcome.Accepted(PullExpression expression, var none) -> expression;
            case PullOutcome.Skipped(String reason, var none) -> throw new PullException(reason);
            case PullOutcome.Refused(String reason, var none) -> throw new PullException(reason);
        };
    }

    /** Where the image is installed: a file {@code LOCAL.raw} or a directory {@code LOCAL} in its class's directory. */
    public Path destination() {
        return imageClass.directory(runtime).resolve(type == PullType.RAW ? local + ".raw" : local);
    }

    /** The URL without user and password, for what everybody can read. */
    public String urlWithoutUser() {
        return Urls.withoutUser(url);
    }

    /**
     * The name by which pins, sizes and checksum lists know the file: the last component of its URL.
     *
     * @throws PullException when the URL has no path
     */
    public String name() throws PullException {
        return type == PullType.OCI ? LocalName.ofReference(url) : Urls.lastComponent(url);
    }
}
