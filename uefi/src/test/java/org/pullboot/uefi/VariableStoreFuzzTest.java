package org.pullboot.uefi;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/** The bytes stand in for the header of the store and what follows, so that inputs stay small. */
final class VariableStoreFuzzTest {
    @FuzzTest
    void whatIsReadCanBeWrittenAndReadAgain(byte[] data) {
        byte[] image = Arrays.copyOf(StoreFixture.of2M().image, 0x20000);
        System.arraycopy(data, 0, image, 0x10, Math.min(data.length, image.length - 0x10));
        VariableStore store;
        try {
            store = VariableStore.parse(image);
            assertThat(store.toBytes()).isEqualTo(image);
            EfiVariable added = StoreFixture.variable("Added", "00");
            store.put(added);
            assertThat(VariableStore.parse(store.toBytes()).all()).isEqualTo(store.all());
        } catch (UefiException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }
}
