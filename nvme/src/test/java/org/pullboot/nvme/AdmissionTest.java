package org.pullboot.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
    private final List<String> asked = new ArrayList<>();

    @Test
    void nobodyHasMoreThanHisShare() {
        Admission admission = new Admission(6, 4);
        List<Admission.Place> first = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            first.add(settled(admission, 1));
        }
        assertThat(admission.admit(address(1), () -> {})).isNull();
        settled(admission, 2);
        settled(admission, 2);
        assertThat(admission.admit(address(3), () -> {})).isNull();
        assertThat(admission.total()).isEqualTo(6);

        first.getFirst().gone();
        settled(admission, 3);
        assertThat(admission.total()).isEqualTo(6);
    }

    @Test
    void theOldestStrangerOfAnAddressMakesRoomForTheNext() {
        Admission admission = new Admission(400, 8);
        stranger(admission, 1, "a");
        stranger(admission, 1, "b");
        stranger(admission, 2, "other");
        assertThat(asked).isEmpty();
        stranger(admission, 1, "c");
        stranger(admission, 1, "d");
        assertThat(asked).containsExactly("a", "b");
    }

    @Test
    void theOldestStrangerOfAllMakesRoomWhenThereAreTooMany() {
        Admission admission = new Admission(16, 16);
        for (int i = 1; i <= 6; i++) {
            stranger(admission, i, "host " + i);
        }
        assertThat(asked).containsExactly("host 1", "host 2");
    }

    @Test
    void whoIsNoStrangerAnyMoreIsNotAsked() {
        Admission admission = new Admission(400, 8);
        stranger(admission, 1, "a").settled();
        stranger(admission, 1, "b").gone();
        stranger(admission, 1, "c");
        stranger(admission, 1, "d");
        stranger(admission, 1, "e");
        assertThat(asked).containsExactly("c");
    }

    @Test
    void whoWasAskedTooEarlyLeavesLater() {
        Admission admission = new Admission(400, 4);
        Admission.Place place = stranger(admission, 1, "its socket");
        stranger(admission, 1, "next");
        place.whenAskedToLeave(() -> asked.add("its connection"));
        assertThat(asked).containsExactly("its socket", "its connection");
        assertThat(admission.total()).as("until it has left").isEqualTo(2);
    }

    private static Admission.Place settled(Admission admission, int address) {
        Admission.Place place = Objects.requireNonNull(admission.admit(address(address), () -> {}));
        place.settled();
        return place;
    }

    private Admission.Place stranger(Admission admission, int address, String name) {
        return Objects.requireNonNull(admission.admit(address(address), () -> asked.add(name)));
    }

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
