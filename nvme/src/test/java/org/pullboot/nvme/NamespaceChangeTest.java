package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class NamespaceChangeTest {
    private static final AdminReply NAMESPACES_CHANGED = new AdminReply.Done(NvmeStatus.SUCCESS, 0x04_00_02);

    private final FakeDisk disk = FakeDisk.of(1 << 20);
    private final Namespace first = new Namespace(1, UUID.randomUUID(), disk);
    private final Namespace second = new Namespace(2, UUID.randomUUID(), FakeDisk.of(4096));
    private final FakeExport export = new FakeExport(first);
    private final AdminHost host = AdminHost.enabled(export);

    @Test
    void aNewNamespaceIsToldListedAndThere() {
        List<AdminReply> event = host.awaitEvent();
        export.show(first, second);
        assertThat(host.controller.namespace(2)).isNull();
        host.controller.namespacesChanged();
        assertThat(event).containsExactly(NAMESPACES_CHANGED);
        assertThat(host.controller.namespace(2)).isEqualTo(second);
        assertThat(changed(0)).containsExactly(2, 0);
        assertThat(changed(0)).containsExactly(0, 0);
        assertThat(host.identify(0x02, 0).getInt(4)).isEqualTo(2);
        assertThat(host.identify(0x00, 2).getLong(0)).isEqualTo(8);
    }

    @Test
    void aNamespaceThatWentIsTold() {
        List<AdminReply> event = host.awaitEvent();
        export.show();
        host.controller.namespacesChanged();
        assertThat(event).containsExactly(NAMESPACES_CHANGED);
        assertThat(host.controller.namespace(1)).isNull();
        assertThat(changed(0)).containsExactly(1, 0);
        assertThat(host.identify(0x00, 1)).isEqualTo(ByteBuffer.allocate(4096));
    }

    @Test
    void anotherSizeOfTheSameNamespaceIsTold() {
        List<AdminReply> event = host.awaitEvent();
        disk.resize(2 << 20);
        host.controller.namespacesChanged();
        assertThat(event).containsExactly(NAMESPACES_CHANGED);
        assertThat(changed(0)).containsExactly(1, 0);
        assertThat(host.identify(0x00, 1).getLong(0)).isEqualTo(4096);
    }

    @Test
    void anotherDiskOfTheSameSizeIsTakenSilently() {
        List<AdminReply> event = host.awaitEvent();
        Namespace other = new Namespace(1, first.uuid(), FakeDisk.of(1 << 20));
        export.show(other);
        host.controller.namespacesChanged();
        assertThat(event).isEmpty();
        assertThat(host.controller.namespace(1)).isSameAs(other);
    }

    @Test
    void anotherNameOrProtectionIsTold() {
        List<AdminReply> events = host.awaitEvent();
        export.show(new Namespace(1, first.uuid(), FakeDisk.readOnly(1 << 20)));
        host.controller.namespacesChanged();
        assertThat(events).hasSize(1);
        assertThat(changed(0)).containsExactly(1, 0);
        List<AdminReply> next = host.awaitEvent();
        export.show(new Namespace(1, UUID.randomUUID(), FakeDisk.readOnly(1 << 20)));
        host.controller.namespacesChanged();
        assertThat(next).hasSize(1);
    }

    @Test
    void nothingNewIsNotTold() {
        List<AdminReply> event = host.awaitEvent();
        host.controller.namespacesChanged();
        assertThat(event).isEmpty();
        assertThat(changed(0)).containsExactly(0, 0);
    }

    @Test
    void manyChangesAreToldOnceUntilTheListIsRead() {
        List<AdminReply> one = host.awaitEvent();
        List<AdminReply> two = host.awaitEvent();
        export.show(first, second);
        host.controller.namespacesChanged();
        export.show(second);
        host.controller.namespacesChanged();
        disk.resize(512);
        export.show(first);
        host.controller.namespacesChanged();
        assertThat(one).hasSize(1);
        assertThat(two).isEmpty();
        assertThat(changed(0)).containsExactly(1, 2);
        export.show();
        host.controller.namespacesChanged();
        assertThat(two).containsExactly(NAMESPACES_CHANGED);
        assertThat(changed(0)).containsExactly(1, 0);
    }

    @Test
    void readingWithRetainKeepsListAndMask() {
        List<AdminReply> one = host.awaitEvent();
        List<AdminReply> two = host.awaitEvent();
        export.show();
        host.controller.namespacesChanged();
        assertThat(one).hasSize(1);
        assertThat(changed(1 << 15)).containsExactly(1, 0);
        export.show(first, second);
        host.controller.namespacesChanged();
        assertThat(two).isEmpty();
        assertThat(changed(1 << 15)).containsExactly(1, 2);
        assertThat(changed(0)).containsExactly(1, 2);
        assertThat(changed(0)).containsExactly(0, 0);
    }

    @Test
    void aChangeWithoutARequestWaitsForOne() {
        export.show();
        host.controller.namespacesChanged();
        assertThat(host.awaitEvent()).containsExactly(NAMESPACES_CHANGED);
        assertThat(host.awaitEvent()).isEmpty();
    }

    @Test
    void aListThatWasReadNeedsNoEventMore() {
        export.show();
        host.controller.namespacesChanged();
        assertThat(changed(0)).containsExactly(1, 0);
        assertThat(host.awaitEvent()).isEmpty();
    }

    @Test
    void aHostThatDoesNotWantToKnowIsNotTold() {
        List<AdminReply> event = host.awaitEvent();
        host.resultOf(AdminOpcode.SET_FEATURES, 0, 0x0b, 0);
        export.show();
        host.controller.namespacesChanged();
        assertThat(event).isEmpty();
        host.resultOf(AdminOpcode.SET_FEATURES, 0, 0x0b, 0x100);
        assertThat(event).isEmpty();
        assertThat(changed(0)).containsExactly(1, 0);
    }

    @Test
    void aHostThatWantsToKnowAgainIsToldOfWhatChangesAgain() {
        List<AdminReply> event = host.awaitEvent();
        host.resultOf(AdminOpcode.SET_FEATURES, 0, 0x0b, 0);
        export.show();
        host.controller.namespacesChanged();
        host.resultOf(AdminOpcode.SET_FEATURES, 0, 0x0b, 0x100);
        export.show(first);
        host.controller.namespacesChanged();
        assertThat(event).containsExactly(NAMESPACES_CHANGED);
        assertThat(changed(0)).containsExactly(1, 0);
    }

    @Test
    void aDisabledControllerLooksWhenItIsEnabled() {
        host.setProperty(0x14, 0);
        export.show(second);
        host.controller.namespacesChanged();
        assertThat(host.controller.namespace(2)).isNull();
        host.setProperty(0x14, AdminHost.CC_ENABLED);
        assertThat(host.controller.namespace(2)).isEqualTo(second);
        assertThat(host.awaitEvent()).isEmpty();
        assertThat(changed(0)).containsExactly(0, 0);
    }

    @Test
    void aBrokenExportLeavesTheNamespacesAsTheyAre() {
        export.broken = true;
        host.controller.namespacesChanged();
        export.broken = false;
        export.unreadable = true;
        host.controller.namespacesChanged();
        assertThat(host.controller.namespace(1)).isEqualTo(first);
    }

    @Test
    void aHostThatLeftIsNotTold() {
        List<AdminReply> event = host.awaitEvent();
        host.controller.close();
        export.show();
        host.controller.namespacesChanged();
        host.setProperty(0x14, 0);
        assertThat(event).isEmpty();
    }

    @Test
    void aControllerWithNamespacesDoesNotCareForDiscovery() {
        List<AdminReply> event = host.awaitEvent();
        host.controller.subsystemsChanged();
        assertThat(event).isEmpty();
    }

    /** The first two ids of the list of changed namespaces. */
    private List<Integer> changed(int flags) {
        ByteBuffer log = host.dataOf(AdminOpcode.GET_LOG_PAGE, -1, 0x04 | flags | (1023 << 16));
        assertThat(log.limit()).isEqualTo(4096);
        return List.of(log.getInt(0), log.getInt(4));
    }
}
