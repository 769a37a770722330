package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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

    @Test
    void whoComesTooLateIsClosed() throws IOException {
        List<InitiatorConnection> many = new ArrayList<>();
        try (InitiatorAssociation association = association()) {
            for (int i = 0; i < 2 * CONNECTIONS; i++) {
                many.add(raw());
            }
            int closed = 0;
            for (InitiatorConnection connection : many.subList(CONNECTIONS, many.size())) {
                assertThat(connection.next()).isNull();
                closed++;
            }
            assertThat(closed).isEqualTo(CONNECTIONS);
            works(association.queue(1));
        } finally {
            for (InitiatorConnection connection : many) {
                connection.close();
            }
            // The target learns of that in its own time, and only then has room.
            await().ignoreExceptions().untilAsserted(() -> association().close());
        }
    }
}
