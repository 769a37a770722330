package org.pullboot.uefi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecureBootEnrolmentTest {
    private static final EfiGuid OWNER = EfiGuid.parse("77fa9abd-0359-4d32-bd60-28f4e78f784b");
    private static final byte[] DIGEST = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final VariableStore store = fresh();

    @TempDir
    private Path directory;

    @Test
    void freshStoreGetsKeysAndSecureBoot() throws IOException {
        store.apply(SecureBootEnrolment.changes(store, keys(List.of()), false));
        assertThat(StoreFixture.names(store))
                .containsExactly("CustomMode", "KEK", "PK", "SecureBootEnable", "db", "dbx");
        assertThat(store.all())
                .filteredOn(variable -> variable.data().length() > 1)
                .allMatch(variable -> variable.attributes() == 0x27);
        assertThat(lists("db")).containsExactly(SignatureList.x509(OWNER, der("db")));
        assertThat(lists("dbx")).hasSize(1).allMatch(list -> list.type().equals(SignatureList.SHA256));
    }

    @Test
    void variablesHaveTheTimeTheirNewestCertificateBeganAt() throws IOException {
        store.apply(SecureBootEnrolment.changes(store, keys(List.of(certificate("old"))), false));
        assertThat(time(EfiGuid.GLOBAL, "PK").instant()).contains(Instant.parse("2026-01-02T03:04:05Z"));
        assertThat(time(EfiGuid.SECURITY_DATABASE, "db").instant()).contains(Instant.parse("2025-01-02T03:04:05Z"));
        assertThat(time(EfiGuid.SECURITY_DATABASE, "dbx").instant()).contains(Instant.parse("2010-01-01T00:00:00Z"));
    }

    @Test
    void enrollingTwiceChangesNothing() throws IOException {
        store.apply(SecureBootEnrolment.changes(store, keys(List.of()), false));
        assertThat(SecureBootEnrolment.changes(store, keys(List.of()), false)).isEmpty();
        assertThat(SecureBootEnrolment.changes(store, keys(List.of()), true)).isEmpty();
    }

    @Test
    void whatIsThereIsKeptOnlyWhenAsked() throws IOException {
        store.apply(SecureBootEnrolment.changes(store, keys(List.of()), false));
        SecureBootKeys other =
                new SecureBootKeys(EfiGuid.LOADER, List.of(), List.of(der("old")), List.of(der("old")), List.of());
        store.apply(SecureBootEnrolment.changes(store, other, true));
        assertThat(lists("db"))
                .containsExactly(SignatureList.x509(OWNER, der("db")), SignatureList.x509(EfiGuid.LOADER, der("old")));
        store.apply(SecureBootEnrolment.changes(store, other, false));
        assertThat(lists("db")).containsExactly(SignatureList.x509(EfiGuid.LOADER, der("old")));
        assertThat(time(EfiGuid.SECURITY_DATABASE, "db").instant())
                .as("time never goes back")
                .contains(Instant.parse("2025-01-02T03:04:05Z"));
    }

    @Test
    void revocationsAreOnlyAddedTo() throws IOException {
        store.apply(SecureBootEnrolment.changes(store, keys(List.of(DIGEST)), false));
        store.apply(SecureBootEnrolment.changes(store, keys(List.of(new byte[32], DIGEST, der("old"))), false));
        assertThat(lists("dbx"))
                .containsExactly(
                        SignatureList.sha256(OWNER, List.of(DIGEST, new byte[32])),
                        SignatureList.x509(OWNER, der("old")));
        store.apply(SecureBootEnrolment.changes(store, keys(List.of()), false));
        assertThat(lists("dbx")).hasSize(2);
    }

    @Test
    void storeWithoutAPlatformKeyIsRefused() throws IOException {
        SecureBootKeys none = new SecureBootKeys(OWNER, List.of(), List.of(), List.of(der("db")), List.of());
        assertThatThrownBy(() -> SecureBootEnrolment.changes(store, none, false))
                .isInstanceOf(UefiException.class)
                .hasMessageContaining("--pk");
        SecureBootKeys two = new SecureBootKeys(OWNER, List.of(der("PK"), der("KEK")), List.of(), List.of(), List.of());
        assertThatThrownBy(() -> SecureBootEnrolment.changes(store, two, false))
                .isInstanceOf(UefiException.class)
                .hasMessageContaining("one platform key");
    }

    @Test
    void whatIsNoCertificateIsRefused() {
        for (String text : List.of("", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "0x")) {
            SecureBootKeys broken = new SecureBootKeys(
                    OWNER, List.of(text.getBytes(StandardCharsets.US_ASCII)), List.of(), List.of(), List.of());
            assertThatThrownBy(() -> SecureBootEnrolment.changes(store, broken, false))
                    .as(text)
                    .isInstanceOf(UefiException.class)
                    .hasMessageContaining("X.509");
        }
    }

    @Test
    void storeOfTheOldKindIsRefused() throws IOException {
        VariableStore plain = StoreFixture.plain().store();
        List<VariableChange> changes = SecureBootEnrolment.changes(plain, keys(List.of()), false);
        assertThatThrownBy(() -> plain.apply(changes))
                .isInstanceOf(UefiException.class)
                .hasMessageContaining("PK");
        assertThat(plain.all()).isEmpty();
    }

    @Test
    void keysComeFromADirectory() throws IOException {
        for (String name : List.of("PK", "KEK", "db")) {
            Files.write(directory.resolve(name + ".der"), der(name));
        }
        assertThatThrownBy(() -> SecureBootKeys.read(directory)).isInstanceOf(NoSuchFileException.class);
        Files.writeString(directory.resolve("owner.guid"), "no guid\n");
        assertThatThrownBy(() -> SecureBootKeys.read(directory)).hasMessageContaining("owner.guid");
        Files.writeString(directory.resolve("owner.guid"), OWNER + "\n");
        SecureBootKeys read = SecureBootKeys.read(directory);
        assertThat(read.owner()).isEqualTo(OWNER);
        assertThat(SecureBootEnrolment.changes(store, read, false))
                .isEqualTo(SecureBootEnrolment.changes(store, keys(List.of()), false));
    }

    @Test
    void runningFirmwareWantsASignature() throws IOException {
        List<VariableChange> changes = SecureBootEnrolment.changes(store, keys(List.of()), false);
        assertThatThrownBy(() -> new EfiVarfs(directory).apply(changes))
                .isInstanceOf(UefiException.class)
                .hasMessageContaining("signature");
    }

    /** A certificate as PEM; the keys to them are thrown away. */
    static byte[] certificate(String name) throws IOException {
        try (InputStream in = SecureBootEnrolmentTest.class.getResourceAsStream(name + ".pem")) {
            if (in == null) {
                throw new FileNotFoundException(name);
            }
            return in.readAllBytes();
        }
    }

    private static SecureBootKeys keys(List<byte[]> dbx) throws IOException {
        return new SecureBootKeys(
                OWNER, List.of(certificate("PK")), List.of(certificate("KEK")), List.of(certificate("db")), dbx);
    }

    private static byte[] der(String name) throws IOException {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(certificate(name)))
                    .getEncoded();
        } catch (CertificateException e) {
            throw new IOException(e);
        }
    }

    private static VariableStore fresh() {
        try {
            return StoreFixture.of4M().store();
        } catch (UefiException e) {
            throw new AssertionError(e);
        }
    }

    private List<SignatureList> lists(String name) throws UefiException {
        return SignatureList.decode(
                store.find(EfiGuid.SECURITY_DATABASE, name).orElseThrow().data().toArray());
    }

    private EfiTime time(EfiGuid vendor, String name) {
        return store.time(vendor, name).orElseThrow();
    }
}
