package org.pullboot.oci;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pullboot.image.ImageException;
import org.pullboot.image.Json;
import org.pullboot.image.Sha256;
import org.pullboot.pull.Text;

/**
 * How a container of an image is run (OCI image configuration).
 *
 * @param platform what it is for
 * @param entrypoint the program and its first arguments
 * @param command further arguments
 * @param environment NAME=value
 * @param layers digests of the layers when they are not compressed, the lowest first
 */
public record ImageConfig(
        Platform platform,
        List<String> entrypoint,
        List<String> command,
        List<String> environment,
        List<Sha256> layers) {
    /** Copies the lists. */
    public ImageConfig {
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        environment = List.copyOf(environment);
        layers = List.copyOf(layers);
    }

    /**
     * Reads a configuration.
     *
     * @throws ImageException when it is none
     */
    static ImageConfig parse(byte[] document) throws ImageException {
        Json json = Json.parse(document);
        List<Sha256> layers = new ArrayList<>();
        for (String digest : json.member("rootfs").texts("diff_ids")) {
            layers.add(Digests.parse(digest));
        }
        Optional<Json> run = json.find("config");
        return new ImageConfig(
                Platform.of(json),
                run.isEmpty() ? List.of() : run.get().texts("Entrypoint"),
                run.isEmpty() ? List.of() : run.get().texts("Cmd"),
                run.isEmpty() ? List.of() : run.get().texts("Env"),
                layers);
    }

    /** What a container of it would run, for people; empty when it says nothing. */
    public String program() {
        List<String> words = new ArrayList<>(entrypoint);
        words.addAll(command);
        return Text.shown(String.join(" ", words));
    }
}
