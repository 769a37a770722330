package org.pullboot.agent;

/** A message or an option from the network that breaks its specification. It is dropped, whoever sent it. */
final class DhcpException extends Exception {
    private static final long serialVersionUID = 1L;

    DhcpException(String message) {
        // Anyone on the link can make these by the thousand: a stack trace is not worth its cost.
        super(message, null, false, false);
    }
}
