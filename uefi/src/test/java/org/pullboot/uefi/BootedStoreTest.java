package org.pullboot.uefi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/**
 * A store that {@code boot enroll} and {@code boot add} had filled, as OVMF with Secure Boot left it after it had tried that
 * entry: 39 variables and 34 deleted ones.
 */
final class BootedStoreTest {
    private final byte[] image;
    private final VariableStore store;

    BootedStoreTest() throws IOException {
        try (InputStream in = BootedStoreTest.class.getResourceAsStream("booted.fd.gz")) {
            if (in == null) {
                throw new FileNotFoundException("booted.fd.gz");
            }
            image = new GZIPInputStream(in).readAllBytes();
        }
        store = VariableStore.parse(image);
    }

    @Test
    void allThatFirmwareWroteIsRead() throws IOException {
        assertThat(store.all()).hasSize(39);
        assertThat(store.all())
                .as("one name of several vendors: virt-fw-vars keeps one")
                .filteredOn(variable -> variable.name().equals("525400123456"))
                .hasSizeGreaterThan(1);
        BootEntries entries = BootEntries.read(store);
        assertThat(entries.unreadable()).isEmpty();
        assertThat(entries.order()).containsExactly(0, 1, 2, 3, 4, 5, 6);
        assertThat(entries.next())
                .as("firmware deletes it before it tries the entry")
                .isEmpty();
        assertThat(entries.entry(0).orElseThrow().option().description()).isEqualTo("Pullboot image.efi");
        assertThat(entries.entry(4).orElseThrow().option().optionalData()).isEqualTo(LoadOption.FIRMWARE_MARK);
    }

    @Test
    void editKeepsEveryOtherVariableWithItsTime() throws IOException {
        Map<String, StoredVariable> before = stored(store.toBytes());
        NetworkCard card = NetworkCard.in(BootEntries.read(store), "52:54:00:12:34:56");
        BootUri uri = BootUri.parse("http://10.0.2.2:8081/other.efi");
        store.apply(BootEntries.read(store)
                .add(BootEntryRequest.of(uri)
                        .at(card.to(uri, false))
                        .ofProfile(1)
                        .ordered(BootEntryRequest.Order.FIRST)
                        .asNext())
                .changes());
        store.apply(BootEntries.read(store).remove(List.of(0)));

        Map<String, StoredVariable> after = stored(store.toBytes());
        assertThat(after).hasSize(40);
        for (Map.Entry<String, StoredVariable> entry : before.entrySet()) {
            String name = entry.getValue().variable().name();
            if (name.equals("Boot0000")) {
                assertThat(after).doesNotContainKey(entry.getKey());
            } else if (!name.equals("BootOrder")) {
                assertThat(after).containsEntry(entry.getKey(), entry.getValue());
            }
        }
        BootEntries entries = BootEntries.read(VariableStore.parse(store.toBytes()));
        assertThat(entries.order()).containsExactly(7, 1, 2, 3, 4, 5, 6);
        assertThat(entries.next()).isEqualTo(OptionalInt.of(7));
        assertThat(store.time(EfiGuid.GLOBAL, "PK").flatMap(EfiTime::instant))
                .contains(Instant.parse("2026-01-02T03:04:05Z"));
    }

    @Test
    void nothingOutsideTheVariablesChanges() throws IOException {
        store.apply(BootEntries.read(store).remove(List.of(0)));
        byte[] after = store.toBytes();
        assertThat(Arrays.copyOf(after, StoreFixture.FIRST)).isEqualTo(Arrays.copyOf(image, StoreFixture.FIRST));
        assertThat(Arrays.copyOfRange(after, 0x40000, after.length))
                .isEqualTo(Arrays.copyOfRange(image, 0x40000, image.length));
    }

    @Test
    void keysThatAreThereAreNotWrittenAgain() throws IOException {
        SecureBootKeys same = new SecureBootKeys(
                EfiGuid.parse("77fa9abd-0359-4d32-bd60-28f4e78f784b"),
                List.of(SecureBootEnrolmentTest.certificate("PK")),
                List.of(SecureBootEnrolmentTest.certificate("KEK")),
                List.of(SecureBootEnrolmentTest.certificate("db")),
                List.of());
        assertThat(SecureBootEnrolment.changes(store, same, false)).isEmpty();
    }

    /** By vendor and name, with counters and times. */
    private static Map<String, StoredVariable> stored(byte[] image) throws UefiException {
        ByteBuffer bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        Map<String, StoredVariable> variables = new HashMap<>();
        for (StoredVariable variable : StoredVariable.readAll(bytes, StoreLayout.find(bytes))) {
            variables.put(variable.variable().vendor() + variable.variable().name(), variable);
        }
        return variables;
    }
}
