package org.pullboot.uefi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pullboot.uefi.StoreFixture.VALID;
import static org.pullboot.uefi.StoreFixture.variable;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class BootEntriesTest {
    private static final String FIRMWARE_MARK = "4eac0881119f594d850ee21a522c59b2";

    private final StoreFixture fixture = StoreFixture.of4M();

    @Test
    void firstEntryOfAnEmptyStoreIsNumberZero() throws IOException {
        VariableStore store = fixture.store();
        BootEntryChange added = add(store, request("http://h/x.efi"));
        assertThat(added.entry().name()).isEqualTo("Boot0000");
        assertThat(added.existed()).isFalse();
        assertThat(added.changes()).hasSize(1);
        BootEntries entries = BootEntries.read(store);
        assertThat(entries.order()).isEmpty();
        assertThat(entries.next()).isEmpty();
        assertThat(entries.entries())
                .extracting(entry -> entry.option().description())
                .containsExactly("Pullboot x.efi");
    }

    @Test
    void lowestFreeNumberIsTaken() throws IOException {
        fixture.put(VALID, entry(0, "http://a/"))
                .put(VALID, entry(2, "http://b/"))
                .put(VALID, variable("Boot0001", "00"));
        VariableStore store = fixture.store();
        assertThat(BootEntries.read(store).unreadable()).containsOnlyKeys(1);
        assertThat(add(store, request("http://h/x.efi")).entry().number()).isEqualTo(3);
    }

    @Test
    void samePathIsUsedAgainWhateverItsTitleAndItsNul() throws IOException {
        fixture.put(VALID, entry(4, "http://h/x.efi\0"));
        VariableStore store = fixture.store();
        byte[] before = store.toBytes();
        BootEntryChange added = add(store, request("http://h/x.efi").titled("Another"));
        assertThat(added.entry().number()).isEqualTo(4);
        assertThat(added.existed()).isTrue();
        assertThat(store.toBytes()).isEqualTo(before);
    }

    @Test
    void inactiveEntryIsMadeActive() throws IOException {
        LoadOption inactive =
                new LoadOption(0, "t", List.of(request("http://h/x.efi").path()), Bytes.EMPTY);
        fixture.put(VALID, variable("Boot0007", inactive.bytes().hex()));
        VariableStore store = fixture.store();
        assertThat(add(store, request("http://h/x.efi")).entry().option().isActive())
                .isTrue();
        assertThat(BootEntries.read(store).entry(7).orElseThrow().option().isActive())
                .isTrue();
    }

    @Test
    void entryThatFirmwareMadeIsNotUsed() throws IOException {
        LoadOption firmware =
                new LoadOption(1, "t", List.of(request("http://h/x.efi").path()), Bytes.ofHex(FIRMWARE_MARK));
        fixture.put(VALID, variable("Boot0000", firmware.bytes().hex()));
        assertThat(add(fixture.store(), request("http://h/x.efi")).entry().number())
                .isEqualTo(1);
    }

    @Test
    void givenNumberIsOverwritten() throws IOException {
        fixture.put(VALID, entry(0x99, "http://old/")).put(VALID, entry(1, "http://h/x.efi"));
        VariableStore store = fixture.store();
        add(store, request("http://h/x.efi").at(0x99).asNext());
        BootEntries entries = BootEntries.read(store);
        assertThat(entries.next()).isEqualTo(OptionalInt.of(0x99));
        assertThat(entries.entry(0x99).orElseThrow().option().paths().get(0).uri())
                .contains("http://h/x.efi");
    }

    @Test
    void entryGoesFirstOrLastInTheOrderAndOnlyOnce() throws IOException {
        fixture.put(VALID, entry(3, "http://h/x.efi")).put(VALID, variable("BootOrder", "010003000200"));
        VariableStore store = fixture.store();
        add(store, request("http://h/x.efi").ordered(BootEntryRequest.Order.FIRST));
        assertThat(BootEntries.read(store).order()).containsExactly(3, 1, 2);
        add(store, request("http://h/x.efi").ordered(BootEntryRequest.Order.LAST));
        assertThat(BootEntries.read(store).order()).containsExactly(1, 2, 3);
    }

    @Test
    void entryIsWrittenBeforeWhatNamesIt() throws IOException {
        BootEntryChange added = BootEntries.read(fixture.store())
                .add(request("http://h/x.efi").asNext().ordered(BootEntryRequest.Order.FIRST));
        assertThat(added.changes())
                .extracting(BootEntriesTest::written)
                .containsExactly("Boot0000", "BootNext", "BootOrder");
    }

    @Test
    void removalForgetsTheNumberFirst() throws IOException {
        fixture.put(VALID, entry(3, "http://h/"))
                .put(VALID, variable("BootOrder", "01000300"))
                .put(VALID, variable("BootNext", "0300"));
        VariableStore store = fixture.store();
        List<VariableChange> changes = BootEntries.read(store).remove(List.of(3));
        assertThat(changes).hasSize(3).last().isEqualTo(new VariableChange.Delete(EfiGuid.GLOBAL, "Boot0003"));
        store.apply(changes);
        BootEntries after = BootEntries.read(store);
        assertThat(after.entries()).isEmpty();
        assertThat(after.order()).containsExactly(1);
        assertThat(after.next()).isEmpty();
    }

    @Test
    void orderAndNextNameOnlyEntriesThatAreThere() throws IOException {
        fixture.put(VALID, entry(3, "http://h/"));
        BootEntries entries = BootEntries.read(fixture.store());
        assertThat(entries.reorder(List.of(3))).hasSize(1);
        assertThat(entries.bootNext(3)).hasSize(1);
        assertThatThrownBy(() -> entries.reorder(List.of(3, 4))).hasMessageContaining("Boot0004");
        assertThatThrownBy(() -> entries.bootNext(0xAB)).hasMessageContaining("Boot00AB");
        assertThatThrownBy(() -> entries.remove(List.of(4))).isInstanceOf(UefiException.class);
    }

    @Test
    void malformedListsAreRefused() throws IOException {
        fixture.put(VALID, variable("BootOrder", "010203"));
        VariableStore store = fixture.store();
        assertThatThrownBy(() -> BootEntries.read(store))
                .isInstanceOf(UefiException.class)
                .hasMessageContaining("BootOrder");
        store.remove(EfiGuid.GLOBAL, "BootOrder");
        store.put(variable("BootNext", "01020304"));
        assertThatThrownBy(() -> BootEntries.read(store)).hasMessageContaining("2 bytes, not 4");
    }

    @Test
    void onlyUpperCaseHexadecimalNamesAreEntries() throws IOException {
        fixture.put(VALID, variable("Boot00aa", LoadOptionTest.BOOTCFG))
                .put(VALID, variable("BootOptionSupport", "00000000"))
                .put(VALID, new EfiVariable(EfiGuid.LOADER, "Boot0001", 7, Bytes.ofHex(LoadOptionTest.BOOTCFG)));
        assertThat(BootEntries.read(fixture.store()).entries()).isEmpty();
    }

    private static BootEntryRequest request(String url) throws UefiException {
        return BootEntryRequest.of(BootUri.parse(url));
    }

    private static BootEntryChange add(VariableStore store, BootEntryRequest request) throws IOException {
        BootEntryChange change = BootEntries.read(store).add(request);
        store.apply(change.changes());
        return change;
    }

    private static String written(VariableChange change) {
        return ((VariableChange.Write) change).variable().name();
    }

    /** A URL that ends with NUL makes a node that does. */
    private static EfiVariable entry(int number, String url) {
        DevicePath path = DevicePath.of(new MessagingNode.Uri(url.replace("\0", ""), url.endsWith("\0")));
        LoadOption option = new LoadOption(LoadOption.ACTIVE, "title", List.of(path), Bytes.EMPTY);
        return variable(BootEntry.name(number), option.bytes().hex());
    }
}
