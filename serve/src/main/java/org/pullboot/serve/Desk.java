package org.pullboot.serve;

import java.util.concurrent.Executor;

/**
 * What every connection of a server shares.
 *
 * @param artifacts answers requests for files
 * @param agents answers the agent
 * @param events tells what happens
 * @param limits of a connection
 * @param count of all connections
 * @param writes where the state is written
 * @param rechecks where files are hashed again
 * @param buffered what the buffers between server and a reader on this machine hold at most, in bytes
 */
record Desk(
        ArtifactDesk artifacts,
        AgentDesk agents,
        Events events,
        ServerLimits limits,
        ConnectionCount count,
        Executor writes,
        Executor rechecks,
        long buffered) {}
