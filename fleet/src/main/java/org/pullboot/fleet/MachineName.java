package org.pullboot.fleet;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a machine calls itself in plan and events, checked: it comes from the network.
 *
 * @param uuid SMBIOS UUID in lower case; null when it was not told, or is one that many machines share
 * @param mac MAC address in lower case with colons; null when it was not told
 */
public record MachineName(@Nullable String uuid, @Nullable String mac) {
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern MAC = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");

    /** Takes what was told; what is no UUID or no MAC address counts as not told. */
    public static MachineName of(@Nullable String uuid, @Nullable String mac) {
        return new MachineName(checked(uuid, UUID), checked(mac, MAC));
    }

    private static @Nullable String checked(@Nullable String text, Pattern form) {
        if (text == null || text.length() > 40) {
            return null;
        }
        String lower = text.toLowerCase(Locale.ROOT).replace("%3a", ":");
        return form.matcher(lower).matches() && !placeholder(lower) ? lower : null;
    }

    /** Boards whose maker never wrote a UUID have all bits clear or set. */
    private static boolean placeholder(String lower) {
        String digits = lower.replace("-", "").replace(":", "");
        return digits.chars().allMatch(c -> c == '0') || digits.chars().allMatch(c -> c == 'f');
    }

    /** The machine's id: its UUID, else {@code mac-} and its MAC address; null when neither was told. */
    public @Nullable String id() {
        if (uuid != null) {
            return uuid;
        }
        return mac == null ? null : "mac-" + mac;
    }
}
