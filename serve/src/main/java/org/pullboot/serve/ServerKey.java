package org.pullboot.serve;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.pullboot.nvme.AuthenticationKeys;
import org.pullboot.nvme.DhChapSecret;

/** A secret of this server, from which those of boots are made, so that none of them has to be kept. Immutable. */
final class ServerKey {
    private static final int BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SERIAL_DIGITS = 20;

    private final byte[] key;

    private ServerKey(byte[] key) {
        this.key = key;
    }

    /** Reads the key, or makes one that its owner alone can read. */
    static ServerKey open(Path file, SecureRandom random) throws IOException {
        if (Files.notExists(file)) {
            byte[] made = new byte[BYTES];
            random.nextBytes(made);
            Path temporary = Files.createTempFile(
                    file.toAbsolutePath().getParent(),
                    ".key",
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(temporary, made);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        }
        byte[] key = Files.readAllBytes(file);
        if (key.length != BYTES) {
            throw new ServeException(file + " should have " + BYTES + " bytes, but has " + key.length
                    + ": remove it, then a new one is made");
        }
        return new ServerKey(key);
    }

    /** The secrets of a boot, for both directions. */
    AuthenticationKeys keysOf(String boot) {
        return new AuthenticationKeys(secret("host " + boot), Optional.of(secret("controller " + boot)));
    }

    /** The serial number of a subsystem: the same for as long as the state is kept. */
    String serialOf(String subsystem) {
        return HexFormat.of().formatHex(derive("serial " + subsystem)).substring(0, SERIAL_DIGITS);
    }

    private DhChapSecret secret(String purpose) {
        return DhChapSecret.of(derive(purpose));
    }

    private byte[] derive(String purpose) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has " + ALGORITHM, e);
        }
    }
}
