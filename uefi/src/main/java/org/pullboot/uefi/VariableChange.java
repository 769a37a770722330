package org.pullboot.uefi;

/** One thing to do to a machine's variables. */
public sealed interface VariableChange {
    /**
     * Set the variable, new or not.
     *
     * @param variable its new value
     */
    record Write(EfiVariable variable) implements VariableChange {}

    /**
     * Delete the variable.
     *
     * @param vendor whose name it is
     * @param name its name
     */
    record Delete(EfiGuid vendor, String name) implements VariableChange {}
}
