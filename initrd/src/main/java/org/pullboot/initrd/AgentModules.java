package org.pullboot.initrd;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.module.ResolutionException;
import java.lang.module.ResolvedModule;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The agent's module and those it needs, where they are on this machine.
 *
 * @param locations a jar or a directory of classes for each, in the order of the modules' names
 */
record AgentModules(List<Path> locations) {
    AgentModules {
        locations = List.copyOf(locations);
    }

    /**
     * Finds them.
     *
     * @param modulePath jars, directories of classes, or directories of jars
     * @throws InitrdException when one that the agent needs is not there
     */
    static AgentModules find(List<Path> modulePath) throws InitrdException {
        Configuration found;
        try {
            ModuleFinder finder = ModuleFinder.of(modulePath.toArray(Path[]::new));
            found = Configuration.resolve(
                    finder,
                    List.of(ModuleLayer.boot().configuration()),
                    ModuleFinder.of(),
                    Set.of(JvmOptions.AGENT_MODULE));
        } catch (FindException | ResolutionException e) {
            throw new InitrdException(
                    "the agent's modules are not complete in " + modulePath + ": " + e.getMessage(), e);
        }
        List<Path> locations = new ArrayList<>();
        found.modules().stream()
                .map(ResolvedModule::reference)
                .sorted(Comparator.comparing(reference -> reference.descriptor().name()))
                .map(ModuleReference::location)
                .forEach(location -> location.map(URI::toString)
                        .map(URI::create)
                        .map(Path::of)
                        .ifPresent(locations::add));
        return new AgentModules(locations);
    }

    /** Feeds every byte of the modules to a digest. */
    void updateDigest(MessageDigest digest) throws IOException {
        for (Path location : locations) {
            try (Stream<Path> files = Files.walk(location)) {
                for (Path file :
                        (Iterable<Path>) files.filter(Files::isRegularFile).sorted()::iterator) {
                    digest.update(
                            location.relativize(file).toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
                    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                        in.transferTo(java.io.OutputStream.nullOutputStream());
                    }
                }
            }
        }
    }
}
