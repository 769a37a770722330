package org.pullboot.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The structures of the compression libraries are where their own headers have them; needs gcc and the headers. */
final class CodecLayoutIT {
    private static final String PROGRAM = """
            #include <stddef.h>
            #include <stdio.h>
            #include <bzlib.h>
            #include <lzma.h>
            #include <zstd.h>
            #define AT(type, field) printf(#type "." #field " %zu\\n", offsetof(type, field))
            #define SIZE(type) printf(#type " %zu\\n", sizeof(type))
            #define VALUE(name) printf(#name " %d\\n", (int)(name))
            int main(void) {
                SIZE(ZSTD_inBuffer); AT(ZSTD_inBuffer, src); AT(ZSTD_inBuffer, size); AT(ZSTD_inBuffer, pos);
                SIZE(ZSTD_outBuffer); AT(ZSTD_outBuffer, dst); AT(ZSTD_outBuffer, size); AT(ZSTD_outBuffer, pos);
                SIZE(lzma_stream); AT(lzma_stream, next_in); AT(lzma_stream, avail_in);
                AT(lzma_stream, next_out); AT(lzma_stream, avail_out);
                SIZE(lzma_mt); AT(lzma_mt, flags); AT(lzma_mt, threads);
                AT(lzma_mt, memlimit_threading); AT(lzma_mt, memlimit_stop);
                SIZE(bz_stream); AT(bz_stream, next_in); AT(bz_stream, avail_in);
                AT(bz_stream, next_out); AT(bz_stream, avail_out);
                VALUE(ZSTD_d_windowLogMax); VALUE(ZSTD_c_compressionLevel); VALUE(ZSTD_c_checksumFlag);
                VALUE(ZSTD_c_nbWorkers); VALUE(ZSTD_e_continue); VALUE(ZSTD_e_end);
                VALUE(LZMA_CONCATENATED); VALUE(LZMA_RUN); VALUE(LZMA_FINISH); VALUE(LZMA_STREAM_END);
                VALUE(BZ_STREAM_END); VALUE(BZ_DATA_ERROR_MAGIC);
                return 0;
            }
            """;

    @Test
    void theLayoutsAreThoseOfTheHeaders(@TempDir Path temp) throws IOException, InterruptedException {
        Path source = Files.writeString(temp.resolve("layout.c"), PROGRAM);
        String program = temp.resolve("layout").toString();
        run("gcc", "-o", program, source.toString());

        assertThat(run(program)).isEqualTo("""
                        ZSTD_inBuffer %1$d
                        ZSTD_inBuffer.src %2$d
                        ZSTD_inBuffer.size %3$d
                        ZSTD_inBuffer.pos %4$d
                        ZSTD_outBuffer %1$d
                        ZSTD_outBuffer.dst %2$d
                        ZSTD_outBuffer.size %3$d
                        ZSTD_outBuffer.pos %4$d
                        lzma_stream %5$d
                        lzma_stream.next_in %6$d
                        lzma_stream.avail_in %7$d
                        lzma_stream.next_out %8$d
                        lzma_stream.avail_out %9$d
                        lzma_mt %10$d
                        lzma_mt.flags %11$d
                        lzma_mt.threads %12$d
                        lzma_mt.memlimit_threading %13$d
                        lzma_mt.memlimit_stop %14$d
                        bz_stream %15$d
                        bz_stream.next_in %16$d
                        bz_stream.avail_in %17$d
                        bz_stream.next_out %18$d
                        bz_stream.avail_out %19$d
                        ZSTD_d_windowLogMax 100
                        ZSTD_c_compressionLevel 100
                        ZSTD_c_checksumFlag 201
                        ZSTD_c_nbWorkers 400
                        ZSTD_e_continue 0
                        ZSTD_e_end 2
                        LZMA_CONCATENATED 8
                        LZMA_RUN 0
                        LZMA_FINISH 3
                        LZMA_STREAM_END 1
                        BZ_STREAM_END 4
                        BZ_DATA_ERROR_MAGIC -5
                        """.formatted(
                        ZstdBuffer.BYTES,
                        ZstdBuffer.POINTER,
                        ZstdBuffer.SIZE,
                        ZstdBuffer.POSITION,
                        XzDecoder.STREAM_BYTES,
                        XzDecoder.NEXT_IN,
                        XzDecoder.AVAIL_IN,
                        XzDecoder.NEXT_OUT,
                        XzDecoder.AVAIL_OUT,
                        XzDecoder.MT_BYTES,
                        XzDecoder.MT_FLAGS,
                        XzDecoder.MT_THREADS,
                        XzDecoder.MT_MEMLIMIT_THREADING,
                        XzDecoder.MT_MEMLIMIT_STOP,
                        Bzip2Decoder.STREAM_BYTES,
                        Bzip2Decoder.NEXT_IN,
                        Bzip2Decoder.AVAIL_IN,
                        Bzip2Decoder.NEXT_OUT,
                        Bzip2Decoder.AVAIL_OUT));
    }

    @Test
    void aMissingLibraryNamesItsPackage() {
        assertThatThrownBy(() -> NativeLibrary.load("libnone (Debian)", "libnone.so.9"))
                .isInstanceOf(CodecException.class)
                .hasMessage("needs the library libnone.so.9, which is not on this machine: install the package libnone"
                        + " (Debian)");
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
