package org.pullboot.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The program of the image that runs once the root file system is there. */
final class InitProgram {
    /** Where images have it, the usual place first. */
    private static final List<String> USUAL =
            List.of("/sbin/init", "/usr/lib/systemd/systemd", "/lib/systemd/systemd", "/init", "/bin/init");

    private InitProgram() {}

    /**
     * The programs to try, in this order, each an executable file in the image.
     *
     * @param root where the image's root file system is
     * @param asked the value of {@code init=}: then nothing else will do
     * @throws AgentException when there is none
     */
    static List<String> candidates(Path root, Optional<String> asked) throws AgentException, IOException {
        List<String> found = new ArrayList<>();
        for (String path : asked.isPresent() ? List.of(asked.get()) : USUAL) {
            Optional<Path> file = RootedPath.resolve(root, path);
            if (file.isPresent() && Files.isRegularFile(file.get()) && Files.isExecutable(file.get())) {
                found.add(path);
            }
        }
        if (found.isEmpty()) {
            throw new AgentException(
                    asked.isPresent()
                            ? "the image has no program " + asked.get() + ": correct init= on the kernel command line"
                            : "the image has no program to start, neither " + String.join(" nor ", USUAL)
                                    + ": is it an operating system's root file system? (init= names another)");
        }
        return found;
    }
}
