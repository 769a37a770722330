package org.pullboot.initrd;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

final class ModuleInfoFuzzTest {
    @FuzzTest
    void readsAnythingOrRefusesIt(byte[] bytes) {
        try {
            ModuleInfo.read(ByteBuffer.wrap(bytes));
        } catch (InitrdException declared) {
            // The one way to say no.
        }
    }
}
