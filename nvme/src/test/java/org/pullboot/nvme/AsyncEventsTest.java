package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class AsyncEventsTest {
    private static final int BOTH = AsyncEvent.NAMESPACES_CHANGED.bit() | AsyncEvent.DISCOVERY_CHANGED.bit();

    private final AsyncEvents events = new AsyncEvents(4, BOTH);
    private final List<AdminReply> told = new ArrayList<>();

    @Test
    void eachKindHasItsOwnMask() {
        events.request(told::add);
        events.request(told::add);
        events.request(told::add);
        events.happened(AsyncEvent.NAMESPACES_CHANGED);
        events.happened(AsyncEvent.NAMESPACES_CHANGED);
        events.happened(AsyncEvent.DISCOVERY_CHANGED);
        assertThat(results()).containsExactly(0x04_00_02L, 0x70_f0_02L);
        events.cleared(AsyncEvent.DISCOVERY_CHANGED);
        events.happened(AsyncEvent.NAMESPACES_CHANGED);
        assertThat(results()).hasSize(2);
        events.happened(AsyncEvent.DISCOVERY_CHANGED);
        assertThat(results()).hasSize(3);
    }

    @Test
    void whatWaitsIsToldOneByOne() {
        events.happened(AsyncEvent.DISCOVERY_CHANGED);
        events.happened(AsyncEvent.NAMESPACES_CHANGED);
        events.request(told::add);
        assertThat(told).hasSize(1);
        events.request(told::add);
        events.request(told::add);
        assertThat(results()).containsExactlyInAnyOrder(0x04_00_02L, 0x70_f0_02L);
    }

    @Test
    void whatIsNotWantedAnyMoreIsForgotten() {
        events.happened(AsyncEvent.NAMESPACES_CHANGED);
        assertThat(events.configure(AsyncEvent.DISCOVERY_CHANGED.bit())).isTrue();
        assertThat(events.configure(BOTH)).isTrue();
        events.request(told::add);
        assertThat(told).isEmpty();
    }

    @Test
    void aReplyMayLeaveTheNextRequest() {
        events.request(reply -> events.request(told::add));
        events.happened(AsyncEvent.NAMESPACES_CHANGED);
        events.happened(AsyncEvent.DISCOVERY_CHANGED);
        assertThat(results()).containsExactly(0x70_f0_02L);
    }

    @Test
    void aResetAnswersTheRequestsAndWantsAllAgain() {
        events.configure(0);
        events.request(told::add);
        events.reset();
        assertThat(told).containsExactly(AdminReply.failed(NvmeStatus.ABORT_REQUESTED));
        assertThat(events.configuration()).isEqualTo(BOTH);
    }

    @Test
    void noRequestIsAnsweredTwiceAndNoneTooMany() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        ConcurrentLinkedQueue<AdminReply> replies = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<String> twice = new ConcurrentLinkedQueue<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<?>> done = List.of(
                    threads.submit(() -> {
                        for (int i = 0; i < 50_000; i++) {
                            AtomicInteger answers = new AtomicInteger();
                            requests.incrementAndGet();
                            events.request(reply -> {
                                replies.add(reply);
                                if (answers.incrementAndGet() > 1) {
                                    twice.add("a request was answered twice, with " + reply);
                                }
                            });
                        }
                    }),
                    threads.submit(() -> {
                        for (int i = 0; i < 50_000; i++) {
                            events.happened(AsyncEvent.NAMESPACES_CHANGED);
                            events.cleared(AsyncEvent.NAMESPACES_CHANGED);
                        }
                    }),
                    threads.submit(() -> {
                        for (int i = 0; i < 50_000; i++) {
                            events.happened(AsyncEvent.DISCOVERY_CHANGED);
                            events.cleared(AsyncEvent.DISCOVERY_CHANGED);
                        }
                    }));
            for (Future<?> each : done) {
                each.get();
            }
        }
        assertThat(twice).isEmpty();
        events.reset();
        assertThat(replies).hasSize(requests.get());
    }

    private List<Long> results() {
        return told.stream().map(AdminHost::result).toList();
    }
}
