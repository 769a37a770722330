package org.pullboot.oci;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a registry wants to be shown (RFC 9110 section 11.6.1, Docker token authentication).
 *
 * @param scheme in lower case, as in "bearer"
 * @param parameters by name in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
    Challenge {
        parameters = Map.copyOf(parameters);
    }

    /** Reads the first challenge of a {@code WWW-Authenticate} header; nothing when it is none. */
    static Optional<Challenge> parse(String header) {
        int blank = header.indexOf(' ');
        if (blank < 0) {
            return header.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Challenge(header.toLowerCase(Locale.ROOT), Map.of()));
        }
        Map<String, String> parameters = new HashMap<>();
        int at = blank;
        while (at < header.length()) {
            while (at < header.length() && (header.charAt(at) == ' ' || header.charAt(at) == ',')) {
                at++;
            }
            int equals = header.indexOf('=', at);
            if (equals < 0) {
                break;
            }
            String name = header.substring(at, equals).strip().toLowerCase(Locale.ROOT);
            StringBuilder value = new StringBuilder();
            at = equals + 1;
            if (at < header.length() && header.charAt(at) == '"') {
                for (at++; at < header.length() && header.charAt(at) != '"'; at++) {
                    if (header.charAt(at) == '\\' && at + 1 < header.length()) {
                        at++;
                    }
                    value.append(header.charAt(at));
                }
                at++;
            } else {
                for (; at < header.length() && header.charAt(at) != ','; at++) {
                    value.append(header.charAt(at));
                }
            }
            parameters.putIfAbsent(name, value.toString().strip());
        }
        return Optional.of(new Challenge(header.substring(0, blank).toLowerCase(Locale.ROOT), parameters));
    }

    /** A parameter, empty when there is none. */
    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }
}
