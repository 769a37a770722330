package org.pullboot.cli;

import picocli.CommandLine.Option;

/** For those whose private key is not on this machine. */
final class PolicyDigestOption {
    @Option(
            names = "--policy-digest",
            negatable = true,
            description =
                    "Leave the signing to another: print what is to be signed, and leave room for it in the image.")
    private boolean given;

    boolean isGiven() {
        return given;
    }
}
