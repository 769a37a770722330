package org.pullboot.nvme;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * By which a host says in clear text who it is and which key it has, before TLS begins:
 * {@code NVMe0R01 HOSTNQN SUBNQN} or {@code NVMe1R01 HOSTNQN SUBNQN DIGEST} (NVM Express TCP Transport 1.0, 3.6.1.3).
 *
 * @param text all of it
 */
record TlsIdentity(String text, TlsCipher cipher, String hostNqn, String subsystemNqn) {
    /** No longer one makes sense: two names of 223 bytes, and 64 of a digest. */
    private static final int LONGEST = 544;

    // G, for keys that an authentication made, is not offered by us, so no host can have one.
    private static final Pattern FORM = Pattern.compile(
            "(?:NVMe0R(0[12]) ([!-~]{1,223}) ([!-~]{1,223}))|(?:NVMe1R(0[12]) ([!-~]{1,223}) ([!-~]{1,223}) [!-~]{44,64})");

    /** Empty when it is none of a key that we could have. */
    static Optional<TlsIdentity> parse(byte[] bytes) {
        if (bytes.length > LONGEST) {
            return Optional.empty();
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int first = matcher.group(1) == null ? 4 : 1;
        return TlsCipher.ofId(matcher.group(first).charAt(1) - '0')
                .map(cipher -> new TlsIdentity(text, cipher, matcher.group(first + 1), matcher.group(first + 2)));
    }
}
