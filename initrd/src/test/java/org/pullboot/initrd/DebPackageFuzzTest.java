package org.pullboot.initrd;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

final class DebPackageFuzzTest {
    @FuzzTest
    void findsTheFilesOrRefuses(byte[] bytes) {
        try (InputStream in = DebPackage.data(new ByteArrayInputStream(bytes), "x.deb")) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException declared) {
            // The one way to say no.
        }
    }
}
