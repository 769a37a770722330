package org.pullboot.oci;

import org.pullboot.image.ImageException;
import org.pullboot.image.Json;

/**
 * What an image is for (OCI image index specification, "platform").
 *
 * @param os as in "linux"
 * @param architecture as Go names it: "amd64", "arm64"
 */
public record Platform(String os, String architecture) {
    /** This machine's. */
    public static Platform ofHost() {
        String arch = System.getProperty("os.arch", "");
        return new Platform("linux", "aarch64".equals(arch) ? "arm64" : "x86_64".equals(arch) ? "amd64" : arch);
    }

    static Platform of(Json json) throws ImageException {
        return new Platform(json.text("os"), json.text("architecture"));
    }

    @Override
    public String toString() {
        return os + "/" + architecture;
    }
}
