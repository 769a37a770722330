package org.pullboot.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pullboot.nvme.AuthenticationKeys;
import org.pullboot.nvme.DhChapSecret;
import org.pullboot.nvme.SecretException;

/**
 * The hosts that may connect, from a file: one a line, its NQN and, when it has to prove who it is, its secret; behind
 * that the controller's secret, when the host asks for it too. Empty lines and lines that begin with {@code #} count for
 * nothing.
 */
public final class HostList {
    private static final int MAX_NQN = 223;

    private final Map<String, Optional<AuthenticationKeys>> hosts;

    private HostList(Map<String, Optional<AuthenticationKeys>> hosts) {
        this.hosts = hosts;
    }

    /**
     * Reads a list.
     *
     * @throws IOException when the file cannot be read, or a line is not as it should be; the message never has a secret
     */
    public static HostList read(Path file) throws IOException {
        Map<String, Optional<AuthenticationKeys>> hosts = new HashMap<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                add(hosts, line, file + " line " + (i + 1));
            }
        }
        return new HostList(Map.copyOf(hosts));
    }

    private static void add(Map<String, Optional<AuthenticationKeys>> hosts, String line, String place)
            throws ServeException {
        String[] words = line.split("\\s+", -1);
        if (words.length > 3) {
            throw new ServeException(place + " has " + words.length + " words: a host's line is its NQN, and its secret"
                    + " and the controller's when it has them");
        }
        String nqn = words[0];
        if (!nqn.startsWith("nqn.") || nqn.length() > MAX_NQN) {
            throw new ServeException(place + " does not begin with an NQN, as in nqn.2014-08.org.nvmexpress:uuid:…");
        }
        DhChapSecret host = words.length > 1 ? secret(words[1], place) : null;
        DhChapSecret controller = words.length > 2 ? secret(words[2], place) : null;
        if (hosts.put(nqn, keys(host, controller)) != null) {
            throw new ServeException(place + " has a host that an earlier line has: " + nqn);
        }
    }

    private static DhChapSecret secret(String word, String place) throws ServeException {
        try {
            return DhChapSecret.parse(word);
        } catch (SecretException e) {
            throw new ServeException(place + ": " + e.getMessage(), e);
        }
    }

    private static Optional<AuthenticationKeys> keys(@Nullable DhChapSecret host, @Nullable DhChapSecret controller) {
        return host == null
                ? Optional.empty()
                : Optional.of(new AuthenticationKeys(host, Optional.ofNullable(controller)));
    }

    /** Whether a host is on the list. */
    boolean has(String nqn) {
        return hosts.containsKey(nqn);
    }

    /** How a host proves who it is; empty when it does not have to, or is not on the list. */
    Optional<AuthenticationKeys> keys(String nqn) {
        return hosts.getOrDefault(nqn, Optional.empty());
    }
}
