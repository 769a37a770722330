package org.pullboot.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;

/**
 * A shared library that is looked for when it is first needed, so that its absence matters only to those who need it.
 *
 * <p>Safe for use from several threads.
 */
final class NativeLibrary {
    private final String name;
    private final SymbolLookup symbols;

    private NativeLibrary(String name, SymbolLookup symbols) {
        this.name = name;
        this.symbols = symbols;
    }

    /**
     * Loads a library by the first of its names that the dynamic linker finds. It stays loaded for ever.
     *
     * @param packages what to install when there is none, as in "libzstd1 (Debian) or libzstd (Fedora, Arch)"
     * @throws CodecException when the machine has no such library
     */
    @SuppressWarnings("restricted") // This module is the one that may make native calls.
    static NativeLibrary load(String packages, String... names) throws CodecException {
        IllegalArgumentException refusal = new IllegalArgumentException("no name was given");
        for (String name : names) {
            try {
                return new NativeLibrary(name, SymbolLookup.libraryLookup(name, Arena.global()));
            } catch (IllegalArgumentException e) {
                refusal = e;
            }
        }
        throw new CodecException(
                "needs the library " + names[0] + ", which is not on this machine: install the package " + packages,
                refusal);
    }

    /**
     * A function of the library.
     *
     * @throws CodecException when the library has none of this name
     */
    NativeFunction function(String function) throws CodecException {
        Optional<NativeFunction> found = find(function);
        if (found.isEmpty()) {
            throw new CodecException("needs a newer " + name + ": this one has no " + function);
        }
        return found.get();
    }

    /** A function of the library, if this version of it has one of this name. */
    Optional<NativeFunction> find(String function) {
        return symbols.find(function).map(NativeFunction::new);
    }
}
