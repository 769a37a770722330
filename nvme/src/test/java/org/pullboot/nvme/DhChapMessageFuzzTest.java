package org.pullboot.nvme;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;

final class DhChapMessageFuzzTest {
    @FuzzTest
    void readsAMessageOrRefuses(byte[] bytes) {
        try {
            DhChapMessage.parse(ByteBuffer.wrap(bytes));
        } catch (DhChapException declared) {
            // The one way to say no.
        }
    }

    /** The first bytes say how the rest is cut into messages. */
    @FuzzTest
    void noConversationAuthenticatesWithoutTheSecret(byte[] bytes) {
        DhChapSecret secret = DhChapSecret.generate(new java.security.SecureRandom(), 32);
        Authentication authentication = AuthenticationFixture.authentication(secret, Optional.empty(), new Random(1));
        ByteBuffer input = ByteBuffer.wrap(bytes);
        while (input.remaining() >= 2) {
            int length = Short.toUnsignedInt(input.getShort());
            if (length % 4 == 0) {
                authentication.receive(DhChapHost.receiveCommand(length));
            } else {
                byte[] message = new byte[Math.min(length, input.remaining())];
                input.get(message);
                authentication.send(DhChapHost.sendCommand(message.length), ByteBuffer.wrap(message));
            }
            if (authentication.authenticated()) {
                throw new AssertionError("authenticated without the secret");
            }
        }
    }
}
