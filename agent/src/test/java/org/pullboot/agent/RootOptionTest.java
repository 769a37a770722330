package org.pullboot.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RootOptionTest {
    record Case(String text, RootOption option) {}

    static List<Case> forms() {
        return List.of(
                new Case("gpt-auto", new RootOption.Automatic()),
                new Case("dissect", new RootOption.Automatic()),
                new Case("bind:/run/machines/root", new RootOption.Bind("/run/machines/root")),
                new Case("/dev/disk/by-loop-ref/os.raw", new RootOption.Loop("os.raw", 0)),
                new Case("/dev/disk/by-loop-ref/os.raw-part3", new RootOption.Loop("os.raw", 3)),
                new Case("/dev/disk/by-loop-ref/a-part2-part12", new RootOption.Loop("a-part2", 12)),
                new Case("/dev/disk/by-loop-ref/a-parts", new RootOption.Loop("a-parts", 0)),
                new Case("/dev/loop0", new RootOption.FirstLoop(0)),
                new Case("/dev/loop0p1", new RootOption.FirstLoop(1)),
                new Case(
                        "PARTUUID=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709",
                        new RootOption.PartitionUuid("4f68bce3-e8cd-4db1-96e7-fbcaf984b709")),
                new Case("/dev/disk/by-partuuid/ab", new RootOption.PartitionUuid("ab")),
                new Case("PARTLABEL=root x86-64", new RootOption.PartitionLabel("root x86-64")),
                new Case("/dev/disk/by-partlabel/r", new RootOption.PartitionLabel("r")));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void systemdsFormsAreUnderstood(Case form) throws AgentException {
        assertThat(RootOption.parse(form.text())).isEqualTo(form.option());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/dev/sda1",
                "UUID=12",
                "LABEL=root",
                "off",
                "ramfs",
                "",
                "/dev/loop0p0",
                "/dev/loop0p",
                "/dev/loop0px",
                "/dev/loop0p9999",
                "bind:relative",
                "/dev/disk/by-loop-ref/"
            })
    void everythingElseIsRefused(String text) {
        assertThatThrownBy(() -> RootOption.parse(text))
                .isInstanceOf(AgentException.class)
                .hasMessageStartingWith("root=" + text + " names nothing that was downloaded");
    }

    @Test
    void theAutomaticFormIsTheDefault() {
        assertThat(RootOption.AUTOMATIC).isEqualTo(new RootOption.Automatic());
    }

    @Test
    void thePartOfADiskIsANumberALabelOrNothing() {
        assertThat(RootOption.ofPart("")).isEqualTo(new RootOption.Automatic());
        assertThat(RootOption.ofPart("2")).isEqualTo(new RootOption.PartitionNumber(2));
        assertThat(RootOption.ofPart("root-a")).isEqualTo(new RootOption.PartitionLabel("root-a"));
        assertThat(RootOption.ofPart("0")).isEqualTo(new RootOption.PartitionLabel("0"));
    }
}
