package org.pullboot.generator;

import java.io.IOException;

/** A unit that cannot be made. The one declared error of this module. */
final class GeneratorException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message one sentence: what was expected, what came, what to do
     */
    GeneratorException(String message) {
        super(message);
    }
}
