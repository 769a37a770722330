package org.pullboot.e2e;

import java.nio.file.Path;

/** Keys as our own command makes them: db for Secure Boot, pcr for PCR policies. */
final class TestKeys {
    private TestKeys() {}

    /** Makes a directory with a set of keys. */
    static Path generate(Path directory) {
        Checkout.run("keys", "generate", directory.toString(), "--common-name", "Pullboot test");
        return directory;
    }
}
