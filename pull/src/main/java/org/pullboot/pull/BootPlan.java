package org.pullboot.pull;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the server tells the agent to do in this boot (docs/PROTOCOL.md, Plan). It chooses among what the command line
 * allows and never widens it: its mirrors count only for files whose digest is pinned.
 *
 * @param boot this boot's id, sent back with every event; null when the server gave none
 * @param generation the generation this boot is pinned to, if any
 * @param root the root mode, if any
 * @param mirrors other directories with the same files, without a slash at their ends
 * @param nvme what it says of an NVMe/TCP root
 */
public record BootPlan(
        @Nullable String boot,
        @Nullable String generation,
        @Nullable String root,
        List<String> mirrors,
        NvmePlan nvme) {
    /** The longest plan, in bytes. */
    public static final int LIMIT = 16 * 1024;

    private static final String NVME = "nvme.";

    /** The longest identifier, in characters. */
    static final int IDENTIFIER = 64;

    /** Copies the list. */
    public BootPlan {
        mirrors = List.copyOf(mirrors);
    }

    /** A plan that says nothing of NVMe. */
    public BootPlan(@Nullable String boot, @Nullable String generation, @Nullable String root, List<String> mirrors) {
        this(boot, generation, root, mirrors, NvmePlan.NONE);
    }

    /** The same plan for a root over NVMe/TCP. */
    public BootPlan overNvme(NvmePlan plan) {
        return new BootPlan(boot, generation, RootMode.NVME.word(), mirrors, plan);
    }

    /**
     * The URL of the plan for one machine.
     *
     * @param generation the generation that the command line names, if any
     * @param machine SMBIOS UUID, if known
     * @param mac the MAC address of the network card in use, if known
     * @throws PullException when the origin is no URL that HTTP can take
     */
    public static String url(
            BootOrigin origin, @Nullable String generation, @Nullable String machine, @Nullable String mac)
            throws PullException {
        StringBuilder url = new StringBuilder(origin.resolve(".pullboot/v1/plan"));
        char separator = '?';
        separator = parameter(url, separator, "generation", generation);
        separator = parameter(url, separator, "machine", machine);
        parameter(url, separator, "mac", mac);
        return url.toString();
    }

    private static char parameter(StringBuilder url, char separator, String key, @Nullable String value) {
        if (value == null) {
            return separator;
        }
        url.append(separator).append(key).append('=');
        Percent.encode(value, url);
        return '&';
    }

    /**
     * Reads a plan: lines {@code KEY=value}; keys it does not know are looked over.
     *
     * @throws PullException when it is too long, not of version 1, or a value is not what its key needs
     */
    public static BootPlan parse(byte[] plan) throws PullException {
        if (plan.length > LIMIT) {
            throw new PullException("the boot plan has more than " + LIMIT + " bytes");
        }
        String version = "";
        String boot = null;
        String generation = null;
        String root = null;
        List<String> mirrors = new ArrayList<>();
        NvmePlan nvme = NvmePlan.NONE;
        String text = new String(plan, StandardCharsets.UTF_8);
        int number = 0;
        for (int start = 0, end; start < text.length(); start = end + 1) {
            number++;
            end = lineEnd(text, start);
            String line = text.substring(start, end);
            int equals = line.indexOf('=');
            if (equals < 0 && !line.isEmpty()) {
                // The line itself is not shown: it may be half a secret.
                throw new PullException("line " + number + " of the boot plan is no KEY=value");
            }
            String value = line.substring(equals + 1);
            String key = line.substring(0, Math.max(0, equals));
            if (key.startsWith(NVME)) {
                nvme = nvme.set(key.substring(NVME.length()), value);
                continue;
            }
            switch (key) {
                case "version" -> version = value;
                case "boot" -> boot = identifier("boot", value);
                case "generation" -> generation = identifier("generation", value);
                case "root" -> root = identifier("root", value);
                case "mirror" ->
                    mirrors.add(BootWords.mirror(value, "the boot plan's mirror '" + Text.shown(value) + "'"));
                default -> {}
            }
        }
        if (!version.equals("1")) {
            throw new PullException(
                    "the boot plan has version '" + Text.shown(version) + "', this agent understands version 1");
        }
        return new BootPlan(boot, generation, root, mirrors, nvme);
    }

    private static int lineEnd(String text, int start) {
        int end = text.indexOf('\n', start);
        return end < 0 ? text.length() : end;
    }

    private static String identifier(String key, String value) throws PullException {
        if (!Text.isIdentifier(value, IDENTIFIER)) {
            throw new PullException("the boot plan's " + key + " '" + Text.shown(value) + "' is not one to "
                    + IDENTIFIER + " of A-Za-z0-9_-.");
        }
        return value;
    }

    /** The plan as lines, as {@link #parse} reads it. */
    public String text() {
        StringBuilder text = new StringBuilder("version=1\n");
        line(text, "boot", boot);
        line(text, "generation", generation);
        line(text, "root", root);
        for (String mirror : mirrors) {
            line(text, "mirror", mirror);
        }
        return text.append(nvme.lines()).toString();
    }

    private static void line(StringBuilder text, String key, @Nullable String value) {
        if (value != null) {
            text.append(key).append('=').append(value).append('\n');
        }
    }
}
