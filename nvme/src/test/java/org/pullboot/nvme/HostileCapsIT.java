package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** More connections than there may be: those that were there first are not the ones that suffer. */
final class HostileCapsIT extends HostileCase {
    private static final int CONNECTIONS = 40;

    @Override
    TargetOptions options(TargetOptions defaults) {
        TargetOptions usual = super.options(defaults);
        return new TargetOptions(
                usual.listen(),
                usual.discovery(),
                usual.eventLoops(),
                usual.workers(),
                usual.queuesPerHost(),
                CONNECTIONS,
                CONNECTIONS,
                usual.bufferBytes());
    }

    @AfterEach
    void thereIsRoomAgain() {
        // The target learns in its own time who has gone, and only then has room.
        await().ignoreExceptions().untilAsserted(() -> association().close());
    }

    @Test
    void whoSaysNothingMakesRoomForWhoDoes() throws IOException {
        List<InitiatorConnection> many = new ArrayList<>();
        try (InitiatorAssociation association = association()) {
            int settled = target().admission().total();
            for (int i = 0; i < 2 * CONNECTIONS; i++) {
                many.add(raw());
                assertThat(target().admission().total()).isLessThanOrEqualTo(CONNECTIONS);
            }
            await().until(() -> target().admission().total() <= settled + CONNECTIONS / 4);
            works(association.queue(1));
            InitiatorAssociation.open(address(), plan()).close();
        } finally {
            for (InitiatorConnection connection : many) {
                connection.close();
            }
        }
    }

    @Test
    void whoComesTooLateIsClosed() throws IOException {
        List<InitiatorAssociation> all = new ArrayList<>();
        try {
            String end = "";
            while (end.isEmpty()) {
                try {
                    all.add(association());
                } catch (EOFException e) {
                    end = "X";
                }
                assertThat(target().admission().total()).isLessThanOrEqualTo(CONNECTIONS);
            }
            assertThat(all).hasSizeBetween(CONNECTIONS / 3 - 2, CONNECTIONS / 3);
            works(all.getFirst().queue(2));
        } finally {
            for (InitiatorAssociation association : all) {
                association.close();
            }
        }
    }
}
