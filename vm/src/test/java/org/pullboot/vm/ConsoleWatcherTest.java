package org.pullboot.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConsoleWatcherTest {
    private static final Duration TIME = Duration.ofSeconds(3);
    private static final List<String> FAILURES = List.of("BdsDxe: failed to load Boot0099");

    @ParameterizedTest
    @CsvSource({
        "'login:', 'debian login: '",
        "'a\nb', 'a\r\nb'",
        "'a\r\nb', 'a\nb'",
        "'Reached target basic', '\u001b[0;32m  OK  \u001b[0m] Reached target \u001b[0;1;39mbasic\u001b[0m.'",
        "'aab', 'aaab'",
        "'abcabd', 'abcabcabd'",
        "'größer', 'noch größer'",
        "'shown', '\u001b]0;title\u0007shown'",
        "'shown', '\u001b(Bshown'",
        "'next', '\u001b[12\nnext'",
    })
    void expectedTextIsFoundWhateverSurroundsIt(String expected, String console) {
        assertThat(feed(watcher(expected), console, 1)).contains(new VmOutcome.Expected(expected, TIME));
        assertThat(feed(watcher(expected), console, 1000)).contains(new VmOutcome.Expected(expected, TIME));
    }

    @Test
    void otherTextIsNot() {
        assertThat(feed(watcher("login:"), "logi\nn: login\r\n", 3)).isEmpty();
    }

    @Test
    void panicEndsTheRunWithItsReason() {
        String console =
                "[ 1.2] \u001b[31mKernel panic - not syncing: VFS: Unable to mount root fs\r\n[ 1.3] CPU: 0\r\n";
        assertThat(feed(watcher("login:"), console, 7))
                .contains(new VmOutcome.Panicked("Kernel panic - not syncing: VFS: Unable to mount root fs"));
    }

    @Test
    void panicWithoutEndOfLineIsSeenInTheEnd() {
        String console = "Kernel panic - not syncing: " + "x".repeat(1000);
        assertThat(feed(watcher("login:"), console, 64)).containsInstanceOf(VmOutcome.Panicked.class);
    }

    @Test
    void firmwareThatCannotBootEndsTheRunWithItsReason() {
        String console = "BdsDxe: failed to load Boot0001\r\n" + "  Downloading...1%".repeat(60)
                + "BdsDxe: failed to load Boot0099 \"x\" from Uri(http://h/): Not Found\r\n";
        assertThat(feed(watcher("login:"), console, 5))
                .contains(new VmOutcome.NotBooted(
                        "BdsDxe: failed to load Boot0099 \"x\" from Uri(http://h/): Not Found"));
    }

    @ParameterizedTest
    @ValueSource(longs = {41, 42, 43})
    void anyPiecesOfAnyBytesAreTaken(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < 200; round++) {
            byte[] noise = new byte[random.nextInt(2000)];
            for (int i = 0; i < noise.length; i++) {
                noise[i] = (byte) (random.nextInt(4) == 0 ? 0x1B : random.nextInt(256));
            }
            ConsoleWatcher watcher = watcher("the expected text");
            assertThat(watcher.accept(noise, noise.length, TIME)).isEmpty();
            assertThat(feed(watcher, "\nthe expected text", 1 + random.nextInt(5)))
                    .isPresent();
        }
    }

    private static ConsoleWatcher watcher(String expected) {
        return new ConsoleWatcher(Optional.of(expected), FAILURES);
    }

    private static Optional<VmOutcome> feed(ConsoleWatcher watcher, String console, int chunk) {
        byte[] bytes = console.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at += chunk) {
            int count = Math.min(chunk, bytes.length - at);
            byte[] piece = new byte[count + 3];
            System.arraycopy(bytes, at, piece, 0, count);
            Optional<VmOutcome> outcome = watcher.accept(piece, count, TIME);
            if (outcome.isPresent()) {
                return outcome;
            }
        }
        return Optional.empty();
    }
}
