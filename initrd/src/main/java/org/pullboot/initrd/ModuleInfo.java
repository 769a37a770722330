package org.pullboot.initrd;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a kernel module says of itself in its {@code .modinfo} section (include/linux/module.h), and what it exports.
 *
 * @param name its name with '_' for '-', empty when it says none (kernels before 4.x)
 * @param aliases glob patterns of modaliases and fixed aliases such as {@code fs-ext4}, as written
 * @param depends names of modules that must be loaded before
 * @param softBefore names or aliases that should be loaded before, when there are such
 * @param softAfter names or aliases that should be loaded after, when there are such
 * @param weak names or aliases that it may ask for itself
 * @param firmware files below /usr/lib/firmware that it may ask for
 * @param vermagic the kernel it was built for: version, blank, options
 * @param exports the symbols that it offers to other modules
 */
record ModuleInfo(
        String name,
        List<String> aliases,
        List<String> depends,
        List<String> softBefore,
        List<String> softAfter,
        List<String> weak,
        List<String> firmware,
        String vermagic,
        List<String> exports) {
    /** The kernel's build puts a symbol of this name beside each that a module exports. */
    private static final String EXPORTED = "__ksymtab_";

    ModuleInfo {
        aliases = List.copyOf(aliases);
        depends = List.copyOf(depends);
        softBefore = List.copyOf(softBefore);
        softAfter = List.copyOf(softAfter);
        weak = List.copyOf(weak);
        firmware = List.copyOf(firmware);
        exports = List.copyOf(exports);
    }

    /**
     * Reads a module.
     *
     * @param module the whole uncompressed .ko file
     * @throws InitrdException when it is no kernel module
     */
    static ModuleInfo read(ByteBuffer module) throws InitrdException {
        ElfFile elf = ElfFile.read(module);
        Optional<ByteBuffer> section = elf.section(".modinfo");
        if (section.isEmpty()) {
            throw new InitrdException("an ELF file without a .modinfo section, so no kernel module");
        }
        List<String> exports = new ArrayList<>();
        for (String symbol : elf.symbols()) {
            if (symbol.startsWith(EXPORTED)) {
                exports.add(symbol.substring(EXPORTED.length()));
            }
        }
        return of(ElfFile.strings(section.get()), exports);
    }

    private static ModuleInfo of(List<String> entries, List<String> exports) {
        String name = "";
        String vermagic = "";
        List<String> aliases = new ArrayList<>();
        List<String> depends = new ArrayList<>();
        List<String> before = new ArrayList<>();
        List<String> after = new ArrayList<>();
        List<String> weak = new ArrayList<>();
        List<String> firmware = new ArrayList<>();
        for (String entry : entries) {
            int equals = entry.indexOf('=');
            String value = entry.substring(equals + 1);
            switch (equals < 0 ? "" : entry.substring(0, equals)) {
                case "name" -> name = normal(value);
                case "vermagic" -> vermagic = value.strip();
                case "alias" -> aliases.add(value);
                case "depends" -> words(value, ",").forEach(word -> depends.add(normal(word)));
                case "softdep" -> softDependencies(value, before, after);
                case "weakdep" -> weak.addAll(words(value, " "));
                case "firmware" -> firmware.add(value);
                default -> {}
            }
        }
        return new ModuleInfo(name, aliases, depends, before, after, weak, firmware, vermagic, exports);
    }

    /** {@code pre: a b post: c} as in modprobe.d(5). */
    private static void softDependencies(String value, List<String> before, List<String> after) {
        // What comes before the first of the two words is ignored, as modprobe does.
        List<String> side = new ArrayList<>();
        for (String word : words(value, " ")) {
            switch (word) {
                case "pre:" -> side = before;
                case "post:" -> side = after;
                default -> side.add(word);
            }
        }
    }

    private static List<String> words(String value, String separator) {
        List<String> words = new ArrayList<>();
        for (String word : value.split(separator, -1)) {
            if (!word.isBlank()) {
                words.add(word.strip());
            }
        }
        return words;
    }

    /** A module's name as the kernel writes it: '-' and '_' are the same there. */
    static String normal(String name) {
        return name.replace('-', '_');
    }
}
