package org.pullboot.serve;

import java.util.HashMap;
import java.util.Map;

/** How many connections there are, in all and from each client. Safe for use from several threads. */
final class ConnectionCount {
    private final int limit;
    private final int limitPerClient;
    private final Map<String, Integer> byClient = new HashMap<>();
    private int all;

    ConnectionCount(ServerLimits limits) {
        this.limit = limits.connections();
        this.limitPerClient = limits.connectionsPerClient();
    }

    /** One more from this client; false when that would be too many. */
    synchronized boolean enter(String client) {
        if (all >= limit || byClient.getOrDefault(client, 0) >= limitPerClient) {
            return false;
        }
        all++;
        byClient.merge(client, 1, Integer::sum);
        return true;
    }

    /** One less from a client that was let in. */
    synchronized void leave(String client) {
        all--;
        byClient.computeIfPresent(client, (name, count) -> count == 1 ? null : count - 1);
    }
}
