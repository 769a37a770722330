package org.pullboot.uefi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pullboot.uefi.StoreFixture.DELETED;
import static org.pullboot.uefi.StoreFixture.IN_DELETION;
import static org.pullboot.uefi.StoreFixture.VALID;
import static org.pullboot.uefi.StoreFixture.variable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VariableStoreTest {
    /** The area of variables after {@code virt-fw-vars --set-boot-uri http://h/x.efi} on a fresh OVMF_VARS_4M.fd. */
    private static final String VIRT_FW_VARS = "aa553f0007000000" + "00".repeat(28) + "1200000038000000"
            + "61dfe48bca93d211aa0d00e098032b8c" + "42006f006f007400300030003900390000 00".replace(" ", "")
            + "0100000016006e006500740062006f006f007400200078002e006500660069000000"
            + "03181200687474703a2f2f682f782e6566697fff0400" + "ffff"
            + "aa553f0007000000" + "00".repeat(28) + "1200000002000000"
            + "61dfe48bca93d211aa0d00e098032b8c" + "42006f006f0074004e00650078007400" + "0000" + "9900" + "ffff";

    @TempDir
    private Path directory;

    @Test
    void writesTheBytesThatVirtFwVarsWrites() throws IOException {
        StoreFixture fixture = StoreFixture.of4M();
        VariableStore store = fixture.store();
        store.apply(BootEntries.read(store)
                .add(BootEntryRequest.of(BootUri.parse("http://h/x.efi"))
                        .titled("netboot x.efi")
                        .at(0x99)
                        .asNext())
                .changes());
        byte[] expected = fixture.image.clone();
        byte[] area = HexFormat.of().parseHex(VIRT_FW_VARS);
        System.arraycopy(area, 0, expected, StoreFixture.FIRST, area.length);
        assertThat(store.toBytes()).isEqualTo(expected);
    }

    @Test
    void everyLayoutTakesAVariable() throws IOException {
        for (StoreFixture fixture : List.of(
                StoreFixture.of2M(), StoreFixture.of4M(), StoreFixture.plain(), StoreFixture.combined(0x400000))) {
            fixture.put(VALID, variable("Lang", "656e00"));
            VariableStore store = fixture.store();
            store.put(variable("BootNext", "9900"));
            VariableStore again = VariableStore.parse(store.toBytes());
            assertThat(StoreFixture.names(again)).containsExactly("BootNext", "Lang");
            assertThat(again.find(EfiGuid.GLOBAL, "BootNext")).contains(variable("BootNext", "9900"));
        }
    }

    @Test
    void unchangedStoreKeepsEveryByte() throws UefiException {
        StoreFixture fixture = StoreFixture.of4M()
                .put(DELETED, variable("Gone", "00"))
                .put(VALID, variable("Lang", "656e00"))
                .put(IN_DELETION, variable("Timeout", "0000"));
        VariableStore store = fixture.store();
        store.put(variable("Lang", "656e00"));
        store.remove(EfiGuid.GLOBAL, "NeverThere");
        assertThat(store.toBytes()).isEqualTo(fixture.image);
    }

    @Test
    void onlyTheAreaOfVariablesChanges() throws UefiException {
        StoreFixture fixture = StoreFixture.combined(0x200000);
        VariableStore store = fixture.store();
        store.put(variable("BootNext", "9900"));
        byte[] after = store.toBytes();
        int first = 0x3000 + StoreFixture.FIRST;
        int end = 0x3000 + 0x40000;
        assertThat(Arrays.mismatch(after, fixture.image)).isEqualTo(first);
        assertThat(Arrays.copyOfRange(after, end, after.length))
                .isEqualTo(Arrays.copyOfRange(fixture.image, end, after.length));
    }

    @Test
    void deletedVariablesAreNotSeen() throws IOException {
        VariableStore store = StoreFixture.of4M()
                .put(DELETED, variable("A", "00"))
                .put(0x3C, variable("B", "00"))
                .put(0x7F, variable("C", "00"))
                .put(VALID, variable("D", "00"))
                .store();
        assertThat(StoreFixture.names(store)).containsExactly("D");
    }

    @Test
    void variableBeingReplacedCountsOnlyUntilItsSuccessorIsThere() throws IOException {
        VariableStore store = StoreFixture.of4M()
                .put(IN_DELETION, variable("Replaced", "01"))
                .put(IN_DELETION, variable("Interrupted", "02"))
                .put(VALID, variable("Replaced", "03"))
                .store();
        assertThat(store.find(EfiGuid.GLOBAL, "Replaced").orElseThrow().data().hex())
                .isEqualTo("03");
        assertThat(store.find(EfiGuid.GLOBAL, "Interrupted")
                        .orElseThrow()
                        .data()
                        .hex())
                .isEqualTo("02");
        store.put(variable("New", "04"));
        assertThat(StoreFixture.names(VariableStore.parse(store.toBytes())))
                .containsExactly("Interrupted", "New", "Replaced");
    }

    @Test
    void sameNameOfAnotherVendorIsAnotherVariable() throws UefiException {
        EfiVariable other = new EfiVariable(EfiGuid.LOADER, "Timeout", 6, Bytes.ofHex("07"));
        VariableStore store = StoreFixture.of4M()
                .put(VALID, variable("Timeout", "0100"))
                .put(VALID, other)
                .store();
        store.put(variable("Timeout", "0200"));
        VariableStore again = VariableStore.parse(store.toBytes());
        assertThat(again.all()).containsExactly(other, variable("Timeout", "0200"));
        again.remove(EfiGuid.GLOBAL, "Timeout");
        assertThat(again.all()).containsExactly(other);
    }

    @Test
    void timestampsAndCountersSurviveAnEdit() throws UefiException {
        StoreFixture fixture = StoreFixture.of4M().put(VALID, variable("db", "00112233"));
        byte[] before = Arrays.copyOfRange(fixture.image, StoreFixture.FIRST, StoreFixture.FIRST + 72);
        VariableStore store = fixture.store();
        store.put(variable("later", "0000"));
        assertThat(Arrays.copyOfRange(store.toBytes(), StoreFixture.FIRST, StoreFixture.FIRST + 72))
                .isEqualTo(before);
    }

    @Test
    void finishedFirmwareWritesAreNoObstacle() {
        StoreFixture fixture = StoreFixture.of4M().journal(0xF8, 0xF9).journal(0xF8, 0xF9);
        assertThatCode(() -> fixture.store().put(variable("A", "00"))).doesNotThrowAnyException();
    }

    @Test
    void firmwareWriteWithoutItsSpareBlockIsNoObstacle() {
        StoreFixture fixture = StoreFixture.of4M().journal(0xFC, 0xFF);
        assertThatCode(() -> fixture.store().put(variable("A", "00"))).doesNotThrowAnyException();
    }

    @Test
    void unfinishedFirmwareWriteRefusesEdits() throws UefiException {
        for (StoreFixture fixture :
                List.of(StoreFixture.of4M(), StoreFixture.of2M(), StoreFixture.combined(0x400000))) {
            VariableStore store = fixture.put(VALID, variable("Lang", "656e00"))
                    .journal(0xF8, 0xF9)
                    .journal(0xFC, 0xFD)
                    .store();
            assertThat(store.all()).hasSize(1);
            assertThatThrownBy(() -> store.put(variable("A", "00")))
                    .isInstanceOf(UefiException.class)
                    .hasMessageContaining("unfinished write");
            assertThat(store.toBytes()).isEqualTo(fixture.image);
        }
    }

    @Test
    void variableThatFirmwareWouldRefuseIsRefused() throws UefiException {
        VariableStore store = StoreFixture.of2M().store();
        assertThatThrownBy(() -> store.put(variable("Big", "00".repeat(0x2000))))
                .isInstanceOf(UefiException.class)
                .hasMessageContaining("at most 8192");
        assertThat(store.all()).isEmpty();
        store.put(new EfiVariable(EfiGuid.SECURITY_DATABASE, "dbx", 0x27, Bytes.of(new byte[0x2000])));
        assertThat(store.all()).hasSize(1);
    }

    @Test
    void fullStoreRefusesAllOfAChange() throws UefiException {
        VariableStore store = StoreFixture.of2M().store();
        int room = store.freeBytes();
        for (int i = 0; i < 7; i++) {
            store.put(variable("Fill" + i, "00".repeat(0x1F00)));
        }
        byte[] before = store.toBytes();
        List<VariableChange> both = List.of(
                new VariableChange.Write(variable("Small", "00")),
                new VariableChange.Write(variable("Large", "00".repeat(0x1F00))));
        assertThatThrownBy(() -> store.apply(both))
                .isInstanceOf(UefiException.class)
                .hasMessageContaining("room for " + room);
        assertThat(store.toBytes()).isEqualTo(before);
    }

    @Test
    void storeCanBeFilledToItsLastByte() throws UefiException {
        VariableStore store = StoreFixture.of2M().store();
        for (int i = 0; i < 6; i++) {
            store.put(variable("F" + i, "00".repeat(0x1F00)));
        }
        store.put(variable("L1", "00".repeat(0x1000)));
        int header = 60 + 6;
        store.put(variable("L2", "00".repeat(store.freeBytes() - header)));
        assertThat(store.freeBytes()).isZero();
        assertThatThrownBy(() -> store.put(variable("X", ""))).isInstanceOf(UefiException.class);
        assertThat(VariableStore.parse(store.toBytes()).all()).isEqualTo(store.all());
    }

    @Test
    void fileIsReplacedWholeAndKeepsPermissionsAndLinks() throws IOException {
        Path file = directory.resolve("vars.fd");
        Files.write(file, StoreFixture.of4M().image);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Path link = Files.createSymbolicLink(directory.resolve("link.fd"), file);
        VariableStore store = VariableStore.read(link);
        store.put(variable("BootNext", "9900"));
        store.write(link);
        assertThat(link).isSymbolicLink();
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
        assertThat(VariableStore.read(file).find(EfiGuid.GLOBAL, "BootNext")).isPresent();
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactlyInAnyOrder(file, link);
        }
    }

    @Test
    void newFileIsWritten() throws IOException {
        Path file = directory.resolve("new.fd");
        StoreFixture.of4M().store().write(file);
        assertThat(file).hasBinaryContent(StoreFixture.of4M().image);
    }

    @Test
    void otherFilesAreRefusedWithTheReason() throws IOException {
        Path file = directory.resolve("x");
        Files.write(file, new byte[0]);
        assertThatThrownBy(() -> VariableStore.read(file))
                .isInstanceOf(UefiException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("no EFI variable store");
        Files.write(file, HexFormat.of().parseHex("514649fb00000003"));
        assertThatThrownBy(() -> VariableStore.read(file)).hasMessageContaining("qemu-img convert");
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void randomEditsReadBack(long seed) throws UefiException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        VariableStore store = (random.nextBoolean() ? StoreFixture.of4M() : StoreFixture.plain()).store();
        List<EfiVariable> model = new ArrayList<>();
        for (int step = 0; step < 200; step++) {
            String name = "V" + random.nextInt(12);
            EfiGuid vendor = random.nextBoolean() ? EfiGuid.GLOBAL : EfiGuid.LOADER;
            if (random.nextInt(3) == 0) {
                store.remove(vendor, name);
                model.removeIf(old -> old.is(vendor, name));
            } else {
                byte[] data = new byte[random.nextInt(200)];
                random.nextBytes(data);
                EfiVariable variable = new EfiVariable(vendor, name, random.nextInt(128), Bytes.of(data));
                store.put(variable);
                model.removeIf(old -> old.is(vendor, name));
                model.add(variable);
            }
            store = VariableStore.parse(store.toBytes());
            assertThat(store.all()).containsExactlyInAnyOrderElementsOf(model);
        }
    }

    @Test
    void damagedStoresThrowNothingButTheDeclaredError() throws UefiException {
        long seed = 21;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        StoreFixture fixture = StoreFixture.tiny();
        for (int i = 0; i < 5; i++) {
            fixture.put(i == 3 ? IN_DELETION : VALID, variable("Boot000" + i, LoadOptionTest.BOOTCFG));
        }
        fixture.put(VALID, variable("BootOrder", "000001000200"));
        fixture.put(
                VALID,
                variable(
                        "PK",
                        HexFormat.of()
                                .formatHex(SignatureList.sha256(EfiGuid.LOADER, new byte[32])
                                        .encode())));
        fixture.journal(0xF8, 0xF9).journal(0xFC, 0xFF);
        assertThat(fixture.store().all()).hasSize(7);
        int accepted = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] image = fixture.image.clone();
            for (int times = random.nextInt(1, 6); times > 0; times--) {
                switch (random.nextInt(8)) {
                    case 0 -> Mutation.inPlace(image, 0, StoreFixture.FIRST, random);
                    case 1 -> Mutation.inPlace(image, 0x1000, 0x1100, random);
                    default -> Mutation.inPlace(image, StoreFixture.FIRST, 0x400, random);
                }
            }
            image = random.nextInt(20) == 0 ? Mutation.of(image, random) : image;
            try {
                editAndList(image);
                accepted++;
            } catch (UefiException refused) {
                assertThat(refused).as("seed %d round %d", seed, round).hasMessageNotContaining("null");
            } catch (IOException | RuntimeException e) {
                throw new AssertionError("seed " + seed + " round " + round, e);
            }
        }
        assertThat(accepted).isBetween(2_000, 18_000);
    }

    @Test
    void truncatedStoresAreRefused() {
        byte[] image = StoreFixture.of2M().put(VALID, variable("A", "00")).image;
        for (int length = 0; length < image.length; length += length < 300 ? 1 : 997) {
            byte[] cut = Arrays.copyOf(image, length);
            assertThatThrownBy(() -> VariableStore.parse(cut)).isInstanceOf(UefiException.class);
        }
    }

    private static void editAndList(byte[] image) throws IOException {
        VariableStore store = VariableStore.parse(image);
        BootEntries entries = BootEntries.read(store);
        entries.entries().forEach(entry -> assertThat(entry.toString()).isNotEmpty());
        for (EfiVariable variable : store.all()) {
            if (variable.name().equals("PK")) {
                SignatureList.decode(variable.data().toArray());
            }
        }
        store.put(variable("New", "00"));
        VariableStore.parse(store.toBytes());
    }
}
