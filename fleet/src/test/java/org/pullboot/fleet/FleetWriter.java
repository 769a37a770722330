package org.pullboot.fleet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pullboot.image.Sha256;
import org.pullboot.linux.FileHandle;

/**
 * Publishes one generation after the other and starts boots, and says on stdout what was acknowledged, until it is
 * killed: {@code STATE FILE}.
 */
final class FleetWriter {
    static final String SOURCE = "image";
    static final String NAME = "os.efi";

    private FleetWriter() {}

    public static void main(String[] arguments) throws IOException {
        Path state = Path.of(arguments[0]);
        Path file = Path.of(arguments[1]);
        try (Fleet fleet = Fleet.open(state, Clock.systemUTC(), FleetLimits.defaults())) {
            fleet.serve(Set.of(SOURCE));
            for (int i = 0; ; i++) {
                byte[] content = (System.nanoTime() + " " + i).getBytes(StandardCharsets.US_ASCII);
                Path next = Files.write(file.resolveSibling("next"), content);
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                FileHandle handle = FileHandle.open(file);
                Sha256 digest = Sha256.of(Sha256.digester().digest(content));
                Draft.File draft = new Draft.File(
                        NAME,
                        Artifact.Role.UKI,
                        "application/efi",
                        digest,
                        FileIdentity.of(handle.status()),
                        handle,
                        file);
                GenerationId id = GenerationId.of(Map.of(NAME, digest), "");
                fleet.publish(new Draft(id, SOURCE, List.of(draft)));
                System.out.println("generation " + id);
                Visit visit = new Visit("10.0.0." + i % 200, "UefiHttpBoot/1.0", true, false, null);
                if (fleet.find(visit, NAME) instanceof Answer.Found(OpenArtifact artifact)) {
                    artifact.close();
                    Boot boot = artifact.boot();
                    System.out.println("boot " + (boot == null ? "" : boot.id()));
                }
                System.out.flush();
            }
        }
    }
}
