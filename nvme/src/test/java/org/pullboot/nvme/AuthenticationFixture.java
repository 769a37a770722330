package org.pullboot.nvme;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** What tests of authentication begin with. */
final class AuthenticationFixture {
    static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:6f1d2c3b-0a4e-4c58-9d7f-112233445566";
    static final String SUBSYSTEM = "nqn.2026-01.org.pullboot:image";

    private AuthenticationFixture() {}

    static Authentication authentication(DhChapSecret host, Optional<DhChapSecret> controller, Random random) {
        return authentication(new AuthenticationKeys(host, controller), random);
    }

    static Authentication authentication(AuthenticationKeys keys, Random random) {
        Host host = new Host(
                HOST, UUID.fromString("6f1d2c3b-0a4e-4c58-9d7f-112233445566"), InetAddress.getLoopbackAddress());
        return Authentication.of(keys, host, SUBSYSTEM, new Predictable(random));
    }

    /** Carries a host's messages straight into the controller's side. */
    static DhChapHost.Wire wire(Authentication authentication) {
        return new DhChapHost.Wire() {
            @Override
            public void send(byte[] message) {
                AdminReply reply =
                        authentication.send(DhChapHost.sendCommand(message.length), ByteBuffer.wrap(message));
                if (!reply.equals(AdminReply.success())) {
                    throw new IllegalStateException("Send: " + reply);
                }
            }

            @Override
            public byte[] receive(int length) {
                return switch (authentication.receive(DhChapHost.receiveCommand(length))) {
                    case AdminReply.Done done -> throw new IllegalStateException("Receive: " + done);
                    case AdminReply.Data(ByteBuffer content) -> {
                        byte[] bytes = new byte[content.remaining()];
                        content.get(bytes);
                        yield bytes;
                    }
                };
            }
        };
    }

    /** A secure random that is not. */
    private static final class Predictable extends SecureRandom {
        private static final long serialVersionUID = 1;

        private final transient Random source;

        Predictable(Random source) {
            this.source = source;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            source.nextBytes(bytes);
        }
    }
}
