package org.pullboot.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pullboot.nvme.AuthenticationKeys;
import org.pullboot.nvme.DhChapSecret;
import org.pullboot.nvme.SecretException;
import org.pullboot.nvme.TlsPskSecret;

/**
 * The hosts that may connect, from a file: one a line, its NQN and its secrets, which nvme-cli makes. The first
 * {@code DHHC-1} secret is the host's, by which it proves who it is; the second one the controller's; an
 * {@code NVMeTLSkey-1} one is for TLS. Empty lines and lines that begin with {@code #} count for nothing.
 */
public final class HostList {
    private static final int MAX_NQN = 223;
    private static final int MAX_WORDS = 4;
    private static final String TLS = "NVMeTLSkey-1:";

    private final Map<String, Entry> hosts;

    private record Entry(
            @Nullable DhChapSecret host,
            @Nullable DhChapSecret controller,
            @Nullable TlsPskSecret tls) {}

    private HostList(Map<String, Entry> hosts) {
        this.hosts = hosts;
    }

    /**
     * Reads a list.
     *
     * @throws IOException when the file cannot be read, or a line is not as it should be; the message never has a secret
     */
    public static HostList read(Path file) throws IOException {
        Map<String, Entry> hosts = new HashMap<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                add(hosts, line, file + " line " + (i + 1));
            }
        }
        return new HostList(Map.copyOf(hosts));
    }

    private static void add(Map<String, Entry> hosts, String line, String place) throws ServeException {
        String[] words = line.split("\\s+", -1);
        if (words.length > MAX_WORDS) {
            throw new ServeException(
                    place + " has " + words.length + " words: a host's line is its NQN and three secrets at most");
        }
        String nqn = words[0];
        if (!nqn.startsWith("nqn.") || nqn.length() > MAX_NQN) {
            throw new ServeException(place + " does not begin with an NQN, as in nqn.2014-08.org.nvmexpress:uuid:…");
        }
        Entry entry;
        try {
            entry = entry(Arrays.asList(words).subList(1, words.length));
        } catch (SecretException e) {
            throw new ServeException(place + ": " + e.getMessage(), e);
        }
        if (hosts.put(nqn, entry) != null) {
            throw new ServeException(place + " has a host that an earlier line has: " + nqn);
        }
    }

    private static Entry entry(List<String> secrets) throws SecretException {
        Entry entry = new Entry(null, null, null);
        for (String secret : secrets) {
            if (secret.startsWith(TLS)) {
                entry = new Entry(entry.host(), entry.controller(), TlsPskSecret.parse(secret));
            } else if (entry.host() == null) {
                entry = new Entry(DhChapSecret.parse(secret), null, entry.tls());
            } else {
                entry = new Entry(entry.host(), DhChapSecret.parse(secret), entry.tls());
            }
        }
        return entry;
    }

    /** Whether a host is on the list. */
    boolean has(String nqn) {
        return hosts.containsKey(nqn);
    }

    /** How a host proves who it is in the band; empty when it does not have to, or is not on the list. */
    Optional<AuthenticationKeys> keys(String nqn) {
        Entry entry = hosts.get(nqn);
        DhChapSecret host = entry == null ? null : entry.host();
        return entry == null || host == null
                ? Optional.empty()
                : Optional.of(new AuthenticationKeys(host, Optional.ofNullable(entry.controller())));
    }

    /** The secret of a host's TLS connections; empty when it has none. */
    Optional<TlsPskSecret> tls(String nqn) {
        Entry entry = hosts.get(nqn);
        return entry == null ? Optional.empty() : Optional.ofNullable(entry.tls());
    }
}
