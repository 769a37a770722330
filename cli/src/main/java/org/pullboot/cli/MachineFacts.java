package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a machine has that boot entries refer to; empty where that is not known.
 *
 * @param cards hardware addresses of its network cards, {@code 52:54:00:12:34:56}
 * @param partitions GUIDs of its GPT partitions
 * @param httpsOnly whether a setting of its firmware says that it boots from https alone
 */
record MachineFacts(Optional<Set<String>> cards, Optional<Set<String>> partitions, boolean httpsOnly) {
    private static final Pattern HTTPS_ONLY = Pattern.compile("https[ _-]?only", Pattern.CASE_INSENSITIVE);

    /** Nothing is known of the machine a file belongs to. */
    static final MachineFacts NONE = new MachineFacts(Optional.empty(), Optional.empty(), false);

    /** Those of this machine. */
    static MachineFacts here() throws IOException {
        return at(Path.of("/sys"), Path.of("/dev/disk/by-partuuid"));
    }

    static MachineFacts at(Path sysfs, Path partitions) throws IOException {
        return new MachineFacts(
                cards(sysfs.resolve("class/net")),
                names(partitions),
                httpsOnly(sysfs.resolve("class/firmware-attributes")));
    }

    private static Optional<Set<String>> cards(Path net) throws IOException {
        Optional<Set<String>> interfaces = names(net);
        if (interfaces.isEmpty()) {
            return interfaces;
        }
        Set<String> cards = new HashSet<>();
        for (String name : interfaces.get()) {
            Path address = net.resolve(name).resolve("address");
            if (Files.exists(address)) {
                cards.add(Files.readString(address).strip());
            }
        }
        return Optional.of(cards);
    }

    /** UEFI has no variable for it; some vendors show their setup to Linux, with names of their own. */
    private static boolean httpsOnly(Path firmware) throws IOException {
        for (String driver : names(firmware).orElse(Set.of())) {
            Path attributes = firmware.resolve(driver).resolve("attributes");
            for (String attribute : names(attributes).orElse(Set.of())) {
                Path value = attributes.resolve(attribute).resolve("current_value");
                if (attribute.toLowerCase(Locale.ROOT).contains("http")
                        && Files.isReadable(value)
                        && HTTPS_ONLY.matcher(Files.readString(value).strip()).matches()) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Optional<Set<String>> names(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        Set<String> names = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        }
        return Optional.of(names);
    }
}
