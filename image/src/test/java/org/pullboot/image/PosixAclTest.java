package org.pullboot.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PosixAclTest {
    private static String hex(String text) {
        return HexFormat.of().formatHex(PosixAcl.of(text.getBytes(UTF_8)).orElseThrow());
    }

    @Test
    void textBecomesWhatTheKernelKeeps() {
        String expected = "02000000" + "01000600ffffffff" + "02000400e8030000" + "04000400ffffffff" + "0800060005000000"
                + "10000600ffffffff" + "20000000ffffffff";

        assertThat(hex("user::rw-,user:1000:r--,group::r--,group:5:rw-,mask::rw-,other::---"))
                .isEqualTo(expected);
        assertThat(hex("u::rw-\nu:mail:r--:1000\ng::r--\t#effective:r--\ng:5:rw-\nm::rw-\no::---\n"))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user:mail:rw-",
                "user:4294967295:rw-",
                "user:-1:rw-",
                "mask:1:rwx",
                "user::rwz",
                "user:",
                "nobody::rwx",
                "user:1:r:2:3"
            })
    void whatNamesNobodyHereIsLeftOut(String text) {
        assertThat(PosixAcl.of(text.getBytes(UTF_8))).isEmpty();
    }
}
