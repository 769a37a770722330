package org.pullboot.serve;

import java.time.Duration;

/**
 * How much of itself the server gives away.
 *
 * @param connections how many there can be at once
 * @param connectionsPerClient how many of them from one address
 * @param headerTime how long a client may take to send its first request header
 * @param idleTime how long a connection may wait for the next request
 * @param bodyTime how long a client may take to send a request body
 * @param stallTime how long a transfer may stand still; a slow one that moves goes on for ever
 * @param requestLine bytes of a request's first line at most
 * @param header bytes of a request's header at most
 * @param pipelined requests that are sent before the answer to an earlier one
 */
public record ServerLimits(
        int connections,
        int connectionsPerClient,
        Duration headerTime,
        Duration idleTime,
        Duration bodyTime,
        Duration stallTime,
        int requestLine,
        int header,
        int pipelined) {
    /** 4096 connections, 512 of each client; 20 s, 75 s, 30 s and 5 min; 8 KiB and 16 KiB; 16 requests. */
    public static ServerLimits defaults() {
        return new ServerLimits(
                4096,
                512,
                Duration.ofSeconds(20),
                Duration.ofSeconds(75),
                Duration.ofSeconds(30),
                Duration.ofMinutes(5),
                8 << 10,
                16 << 10,
                16);
    }
}
