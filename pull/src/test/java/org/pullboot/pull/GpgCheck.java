package org.pullboot.pull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.pullboot.debian.DebianTools;

/** Signatures as gpg judges them, but that expired keys do not count. */
record GpgCheck(DebianTools tools, Path work) implements SignatureCheck {
    @Override
    public void check(byte[] signed, byte[] signature) throws PullException {
        try {
            Path data = Files.write(Files.createTempFile(work, "signed", ""), signed);
            Path file = Files.write(Files.createTempFile(work, "signature", ""), signature);
            boolean detached = ClearSigned.text(signature).isEmpty();
            DebianTools.Ending ending = tools.attempt(
                    "gpgv",
                    "--status-fd",
                    "1",
                    "--keyring",
                    tools.inside(work.resolve("keys/trusted.pgp")),
                    detached ? tools.inside(file) : "--",
                    tools.inside(detached ? data : file));
            if (ending.status() != 0 || !ending.output().contains("GOODSIG")) {
                throw new PullException("gpgv refuses the signature: " + ending.output());
            }
        } catch (PullException e) {
            throw e;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
