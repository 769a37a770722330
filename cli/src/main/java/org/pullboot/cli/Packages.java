package org.pullboot.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Sees to it that the machine has what a command needs: installs it where it may, names it where not. */
final class Packages {
    private final Runner runner;
    private final Terminal terminal;

    Packages(Runner runner, Terminal terminal) {
        this.runner = runner;
        this.terminal = terminal;
    }

    /**
     * Installs what is missing, as root on Debian and its kin.
     *
     * @throws IOException when something is missing and cannot be installed here, with the command that mends it
     */
    void require(List<Requirement> requirements) throws IOException, InterruptedException {
        List<String> missing = missing(requirements);
        if (missing.isEmpty()) {
            return;
        }
        String command = "apt-get install " + String.join(" ", missing);
        if (!"root".equals(System.getProperty("user.name")) || !Files.isExecutable(Path.of("/usr/bin/apt-get"))) {
            throw new IOException("missing here: " + String.join(", ", missing)
                    + "; install them, on Debian and Ubuntu with: sudo " + command);
        }
        terminal.println("Installing " + String.join(", ", missing) + " …");
        List<String> install = new ArrayList<>(List.of(
                "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "install", "-y", "--no-install-recommends"));
        install.addAll(missing);
        runner.run("update apt's lists", List.of("apt-get", "-qq", "update"));
        runner.run("install " + String.join(", ", missing), install);
        List<String> still = missing(requirements);
        if (!still.isEmpty()) {
            throw new IOException("still missing after '" + command + "': " + String.join(", ", still));
        }
    }

    private static List<String> missing(List<Requirement> requirements) {
        return requirements.stream()
                .filter(requirement -> !requirement.isMet())
                .map(Requirement::debianPackage)
                .toList();
    }
}
