package org.pullboot.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.pullboot.uefi.EfiGuid;
import org.pullboot.uefi.EfiVarfs;

/**
 * Extends PCR 11 with the word of a boot phase, as systemd-pcrphase-initrd.service does: what was sealed for the initrd opens
 * there and not after it, and PCR policies that systemd's tools sign for their phases hold on these boots too.
 *
 * <p>Only when the stub has measured the UKI. One TPM2_PCR_Event command (TPM 2.0 library, part 3, section 22.3): the TPM
 * itself makes the digest for each of its banks.
 */
final class PhaseMeasurement {
    /** The agent has begun. */
    static final String ENTER = "enter-initrd";

    /** The image's init comes next. */
    static final String LEAVE = "leave-initrd";

    private static final int PCR = 11;
    private static final short WITH_SESSIONS = (short) 0x8002;
    private static final int PCR_EVENT = 0x13C;
    private static final int PASSWORD_SESSION = 0x40000009;
    private static final int SESSION_BYTES = 9;
    private static final int HEADER_BYTES = 10;
    private static final int ANSWER_BYTES = 4096;

    private final Path device;
    private final Path variables;
    private final Console console;

    /**
     * Nothing is measured yet.
     *
     * @param root /, or a directory in its place, with the firmware's variables mounted
     */
    PhaseMeasurement(Path root, Console console) {
        this.device = root.resolve("dev/tpmrm0");
        this.variables = root.resolve("sys/firmware/efi/efivars");
        this.console = console;
    }

    /**
     * Measures a phase; nothing happens on a machine whose boot is not measured.
     *
     * @throws IOException when it must be measured and cannot be: what is sealed for the phase before would stay open
     */
    void measure(String phase) throws IOException {
        if (new EfiVarfs(variables).find(EfiGuid.LOADER, "StubPcrKernelImage").isEmpty()) {
            return;
        }
        if (!Files.exists(device)) {
            console.warn("the stub has measured this boot, but the kernel has no driver for the TPM");
            return;
        }
        ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES);
        try (FileChannel tpm = FileChannel.open(device, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            tpm.write(command(phase));
            tpm.read(answer);
        }
        check(phase, answer.flip());
    }

    static ByteBuffer command(String phase) {
        byte[] word = phase.getBytes(StandardCharsets.US_ASCII);
        int size = HEADER_BYTES + Integer.BYTES + Integer.BYTES + SESSION_BYTES + Short.BYTES + word.length;
        ByteBuffer command = ByteBuffer.allocate(size);
        command.putShort(WITH_SESSIONS).putInt(size).putInt(PCR_EVENT).putInt(PCR);
        // The empty password: handle, no nonce, no attributes, no password.
        command.putInt(SESSION_BYTES).putInt(PASSWORD_SESSION).putShort((short) 0);
        command.put((byte) 0).putShort((short) 0);
        return command.putShort((short) word.length).put(word).flip();
    }

    static void check(String phase, ByteBuffer answer) throws IOException {
        if (answer.remaining() < HEADER_BYTES) {
            throw new IOException("the TPM gave " + answer.remaining() + " bytes of answer to the measurement of "
                    + phase + ": restart the machine");
        }
        int code = answer.getInt(Short.BYTES + Integer.BYTES);
        if (code != 0) {
            throw new IOException("the TPM refused the measurement of " + phase + " with code 0x"
                    + Integer.toHexString(code) + ": restart the machine");
        }
    }
}
