package org.pullboot.uki;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;

final class PeFileFuzzTest {
    @FuzzTest
    void headersAreReadOrRefused(byte[] data) {
        try {
            PeFile pe = PeFile.parse(ByteBuffer.wrap(data), data.length);
            assertThat(pe.sections())
                    .allMatch(section ->
                            section.rawSize() == 0 || section.rawOffset() + section.contentSize() <= data.length);
            new PeAssembly(data, pe).put(".osrel", SectionContent.of("ID=x\n"));
        } catch (PeException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        } catch (IOException e) {
            throw new AssertionError("nothing is read or written here", e);
        }
    }
}
