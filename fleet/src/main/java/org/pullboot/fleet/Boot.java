package org.pullboot.fleet;

import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One power-on of one machine, pinned to one generation from its first request until its last.
 *
 * @param id 1 to 64 of {@code A-Za-z0-9_-}
 * @param generation what it is pinned to
 * @param address the machine's address, as the server sees it
 * @param machine the machine's id; null until the machine told
 * @param started when its first request came
 * @param lastSeen when its latest one came
 * @param stage what it does, or did last: {@code firmware}, or a stage of the agent's
 * @param message the latest thing it said to a person; null when it said nothing
 */
public record Boot(
        String id,
        GenerationId generation,
        String address,
        @Nullable String machine,
        Instant started,
        Instant lastSeen,
        String stage,
        @Nullable String message) {
    /** The stage of a boot whose firmware fetches the UKI; the later ones are the agent's. */
    public static final String FIRMWARE = "firmware";

    /** The stage of a boot that fetches its image. */
    public static final String DOWNLOAD = "download";

    /** The stage of a boot that runs its image. */
    public static final String SWITCH_ROOT = "switch-root";

    /** The stage of a machine that was to boot nothing, and shows what it sees. */
    public static final String RESCUE = "rescue";

    /** The stage of a boot that gave up. */
    public static final String FAILED = "failed";

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /** Whether text can be a boot's id. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** Whether it runs its image, shows what it sees, or gave up. */
    public boolean over() {
        return isOver(stage);
    }

    /** Whether a boot in this stage is over. */
    static boolean isOver(String stage) {
        return stage.equals(SWITCH_ROOT) || stage.equals(RESCUE) || stage.equals(FAILED);
    }
}
