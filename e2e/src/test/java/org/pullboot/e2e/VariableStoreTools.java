package org.pullboot.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What other tools see in a variable store file. */
final class VariableStoreTools {
    private static final List<String> SECURE_BOOT = List.of("PK", "KEK", "db", "dbx");

    private VariableStoreTools() {}

    /** The Secure Boot variables with their times, one JSON object each, by virt-fw-vars. */
    static List<String> secureBootVariables(Path store) throws IOException {
        String json = inTree(store, "virt-fw-vars --loglevel error --input store --output-json -");
        return SECURE_BOOT.stream()
                .flatMap(name -> {
                    Matcher object = Pattern.compile("\\{[^{}]*\"name\": \"" + name + "\"[^{}]*\\}")
                            .matcher(json);
                    return object.find() ? Stream.of(object.group()) : Stream.empty();
                })
                .toList();
    }

    /** The boot entries by kernel-bootcfg. */
    static String bootEntries(Path store) throws IOException {
        return inTree(store, "kernel-bootcfg --vars store --show --verbose");
    }

    private static String inTree(Path store, String command) throws IOException {
        Path tree = Checkout.tools();
        Path directory = Files.createTempDirectory(tree.resolve("tmp"), "store");
        try {
            Files.copy(store, directory.resolve("store"));
            return Checkout.output(
                    "chroot", tree.toString(), "sh", "-c", "cd /" + tree.relativize(directory) + " && " + command);
        } finally {
            Files.deleteIfExists(directory.resolve("store"));
            Files.delete(directory);
        }
    }
}
