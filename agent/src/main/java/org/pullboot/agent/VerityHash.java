package org.pullboot.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pullboot.image.ImageException;
import org.pullboot.image.RootHash;
import org.pullboot.pull.KernelCommandLine;

/**
 * What a file system is to be, down to the last byte, and how the kernel is to see to it.
 *
 * @param hash the root hash
 * @param origin where the hash is from, for people: {@code roothash=}, or a file
 * @param pinned whether the command line says it, which is trusted as much as the UKI it is in
 * @param options the kernel's optional parameters, word by word
 * @param signed whether a signature must vouch for the hash
 */
record VerityHash(RootHash hash, String origin, boolean pinned, List<String> options, boolean signed) {
    private static final String SIGNED = "root-hash-signature=auto";

    /** Copies the list. */
    VerityHash {
        options = List.copyOf(options);
    }

    /** The hash of the root file system that the command line asks for; nothing when {@code systemd.verity=} is off. */
    static Optional<VerityHash> root(KernelCommandLine line) throws AgentException {
        return of(line, "roothash", "systemd.verity_root_options");
    }

    /** The hash of /usr, likewise. */
    static Optional<VerityHash> usr(KernelCommandLine line) throws AgentException {
        return of(line, "usrhash", "systemd.verity_usr_options");
    }

    /** Whether the command line turns all of this off, in one of the two spellings of an initrd. */
    static boolean isOff(KernelCommandLine line) {
        boolean general = line.flag("systemd.verity", true);
        return !line.flag("rd.systemd.verity", general);
    }

    private static Optional<VerityHash> of(KernelCommandLine line, String key, String optionsKey)
            throws AgentException {
        Optional<String> value = line.value(key);
        if (value.isEmpty() || isOff(line)) {
            return Optional.empty();
        }
        String words = line.value(optionsKey).orElse("");
        try {
            RootHash hash = RootHash.parse(value.get());
            return Optional.of(new VerityHash(hash, key + "=", true, options(optionsKey, words), has(words, SIGNED)));
        } catch (ImageException e) {
            throw new AgentException(key + "=: " + e.getMessage(), e);
        }
    }

    /**
     * The hash of an image whose command line says none, from a file beside it.
     *
     * @param text what the file holds
     * @param name its name, for people
     */
    static VerityHash ofFile(String text, String name) throws AgentException {
        try {
            return new VerityHash(RootHash.parse(text), name, false, List.of(), false);
        } catch (ImageException e) {
            throw new AgentException(name + ": " + e.getMessage(), e);
        }
    }

    /** The options of veritytab(5) that mean something here, as the kernel calls them. */
    private static List<String> options(String key, String words) throws AgentException {
        List<String> options = new ArrayList<>();
        int start = 0;
        while (start < words.length()) {
            int comma = words.indexOf(',', start);
            int end = comma < 0 ? words.length() : comma;
            String option = words.substring(start, end);
            start = end + 1;
            switch (option) {
                case "", SIGNED -> {}
                case "ignore-corruption" -> options.add("ignore_corruption");
                case "restart-on-corruption" -> options.add("restart_on_corruption");
                case "panic-on-corruption" -> options.add("panic_on_corruption");
                case "ignore-zero-blocks" -> options.add("ignore_zero_blocks");
                case "check-at-most-once" -> options.add("check_at_most_once");
                default ->
                    throw new AgentException(key + "=" + option + " means nothing here: use ignore-corruption, "
                            + "restart-on-corruption, panic-on-corruption, ignore-zero-blocks, check-at-most-once or "
                            + SIGNED);
            }
        }
        return options;
    }

    private static boolean has(String words, String option) {
        return ("," + words + ",").contains("," + option + ",");
    }
}
