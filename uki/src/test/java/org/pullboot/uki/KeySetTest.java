package org.pullboot.uki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.uefi.AuthenticatedVariable;
import org.pullboot.uefi.EfiGuid;
import org.pullboot.uefi.SecureBootKeys;
import org.pullboot.uefi.SignatureList;

final class KeySetTest {
    private static final EfiGuid OWNER = EfiGuid.parse("11111111-2222-3333-4444-555555555555");
    private static final KeySet.Request REQUEST =
            new KeySet.Request("Test", 2048, Instant.parse("2026-07-01T12:00:00Z"), Duration.ofDays(100), OWNER);

    @TempDir
    private Path directory;

    @Test
    void privateKeysAreForTheirOwnerAloneAndAllFilesFitTogether() throws IOException {
        Path keys = directory.resolve("new/keys");
        List<String> files = KeySet.generate(keys, REQUEST);

        assertThat(files)
                .contains(
                        "PK.key",
                        "PK.auth",
                        "KEK.esl",
                        "db.key",
                        "db.crt",
                        "db.der",
                        "pcr.key",
                        "pcr.pub",
                        "owner.guid")
                .hasSize(18);
        assertThat(mode(keys)).isEqualTo("rwx------");
        for (String file : files) {
            assertThat(mode(keys.resolve(file))).as(file).isEqualTo(file.endsWith(".key") ? "rw-------" : "rw-r--r--");
        }
        KeyFiles reader = new KeyFiles(what -> new char[0]);
        assertThat(KeyFiles.certificates(keys.resolve("db.crt")))
                .isEqualTo(KeyFiles.certificates(keys.resolve("db.der")));
        assertThat(KeyFiles.certificates(keys.resolve("db.crt")).getFirst().getPublicKey())
                .isEqualTo(reader.privateKey(keys.resolve("db.key")).publicKey());
        assertThat(KeyFiles.publicKey(keys.resolve("pcr.pub")))
                .isEqualTo(reader.privateKey(keys.resolve("pcr.key")).publicKey());
        assertThat(SecureBootKeys.read(keys).owner()).isEqualTo(OWNER);
        byte[] list = Files.readAllBytes(keys.resolve("KEK.esl"));
        assertThat(SignatureList.decode(list)).hasSize(1);
        assertThat(AuthenticatedVariable.parse(Files.readAllBytes(keys.resolve("KEK.auth")))
                        .payload()
                        .toArray())
                .isEqualTo(list);
    }

    @Test
    void whatIsThereIsNeverReplaced() throws IOException {
        Path old = Files.writeString(directory.resolve("KEK.auth"), "old");

        assertThatThrownBy(() -> KeySet.generate(directory, REQUEST))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessage(old.toString());
        assertThat(old).hasContent("old");
        assertThat(directory.resolve("PK.key")).doesNotExist();
    }

    @Test
    void requestsThatNoFirmwareCouldUseAreRefused() {
        assertThatThrownBy(() -> new KeySet.Request("x", 1024, Instant.EPOCH, Duration.ZERO, OWNER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1024");
        assertThatThrownBy(() -> new KeySet.Request("x".repeat(61), 2048, Instant.EPOCH, Duration.ZERO, OWNER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("64 characters");
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
