package org.pullboot.pull;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

final class NvmeRootFuzzTest {
    /** Whatever is taken can be part of the line that the kernel takes. */
    @FuzzTest
    void everyTextIsARootOrAnError(FuzzedDataProvider data) {
        try {
            NvmeRoot root = NvmeRoot.parse("nvme:tcp:" + data.consumeRemainingAsString())
                    .orElseThrow();
            String joined = root.address() + root.subsystem();
            if (joined.indexOf(',') >= 0 || joined.indexOf('\n') >= 0) {
                throw new AssertionError(joined);
            }
        } catch (PullException refused) {
            assert refused.getMessage() != null;
        }
    }
}
