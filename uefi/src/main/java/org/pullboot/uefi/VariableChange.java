package org.pullboot.uefi;

import java.io.IOException;
import java.util.Optional;

/** One thing to do to a machine's variables. */
public sealed interface VariableChange {
    /** Whose name the variable has. */
    EfiGuid vendor();

    /** The variable's name. */
    String name();

    /** The variable as it will be; empty when it will be gone. */
    Optional<EfiVariable> result();

    /**
     * Whether it is so there.
     *
     * @throws IOException when the variable is there but cannot be read
     */
    default boolean isMadeIn(Variables variables) throws IOException {
        return variables.find(vendor(), name()).equals(result());
    }

    /** One that leaves the variable there. */
    sealed interface Setting extends VariableChange {
        /** Its new value. */
        EfiVariable variable();

        @Override
        default EfiGuid vendor() {
            return variable().vendor();
        }

        @Override
        default String name() {
            return variable().name();
        }

        @Override
        default Optional<EfiVariable> result() {
            return Optional.of(variable());
        }
    }

    /**
     * Set the variable, new or not.
     *
     * @param variable its new value
     */
    record Write(EfiVariable variable) implements Setting {}

    /**
     * Set an authenticated variable as firmware would have after checking its signature. Possible only in a file: a running
     * firmware wants the signature.
     *
     * @param variable its new value
     * @param time of its signature; the variable keeps the time it has when that is later
     */
    record Enrol(EfiVariable variable, EfiTime time) implements Setting {}

    /**
     * Delete the variable.
     *
     * @param vendor whose name it is
     * @param name its name
     */
    record Delete(EfiGuid vendor, String name) implements VariableChange {
        @Override
        public Optional<EfiVariable> result() {
            return Optional.empty();
        }
    }
}
