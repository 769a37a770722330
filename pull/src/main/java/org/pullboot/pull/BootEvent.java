package org.pullboot.pull;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of what a booting machine tells its server (docs/PROTOCOL.md, Events). What is unknown is null or -1.
 *
 * @param stage how far the boot has come
 * @param boot the plan's boot id
 * @param machine SMBIOS UUID
 * @param mac MAC address
 * @param name of a download: the file's name
 * @param bytes of a download: how many were received
 * @param total of a download: how many there are in all
 * @param millis milliseconds since the kernel started
 * @param message one sentence for a person
 */
public record BootEvent(
        Stage stage,
        @Nullable String boot,
        @Nullable String machine,
        @Nullable String mac,
        @Nullable String name,
        long bytes,
        long total,
        long millis,
        @Nullable String message) {
    /** The longest body of events, in bytes. */
    public static final int LIMIT = 64 * 1024;

    private static final int IDENTIFIER = 64;
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_MESSAGE = 2000;

    /** An event of which only the stage is known yet. */
    public static BootEvent of(Stage stage) {
        return new BootEvent(stage, null, null, null, null, -1, -1, -1, null);
    }

    /** The same event of this boot on this machine. */
    public BootEvent by(@Nullable String boot, @Nullable String machine, @Nullable String mac) {
        return new BootEvent(stage, boot, machine, mac, name, bytes, total, millis, message);
    }

    /** The same event about this download; {@code total} is -1 when unknown. */
    public BootEvent download(String name, long bytes, long total) {
        return new BootEvent(stage, boot, machine, mac, name, bytes, total, millis, message);
    }

    /** The same event, so many milliseconds after the kernel started. */
    public BootEvent at(long millis) {
        return new BootEvent(stage, boot, machine, mac, name, bytes, total, millis, message);
    }

    /** The same event with a sentence; more than 2000 characters of it are cut off. */
    public BootEvent saying(String message) {
        return new BootEvent(stage, boot, machine, mac, name, bytes, total, millis, message);
    }

    /**
     * Where events go.
     *
     * @throws PullException when the origin is no URL that HTTP can take
     */
    public static String url(BootOrigin origin) throws PullException {
        return origin.resolve(".pullboot/v1/events");
    }

    /** The event as a line, without the line end. */
    public String line() {
        StringBuilder line = new StringBuilder(128).append("stage=").append(stage.word());
        word(line, "boot", boot);
        word(line, "machine", machine);
        word(line, "mac", mac);
        word(line, "name", name);
        number(line, "bytes", bytes);
        number(line, "total", total);
        number(line, "millis", millis);
        word(line, "message", message);
        return line.toString();
    }

    private static void word(StringBuilder line, String key, @Nullable String value) {
        if (value != null) {
            line.append(' ').append(key).append('=');
            Percent.encode(value.length() > LONGEST_MESSAGE ? value.substring(0, LONGEST_MESSAGE) : value, line);
        }
    }

    private static void number(StringBuilder line, String key, long value) {
        if (value >= 0) {
            line.append(' ').append(key).append('=').append(value);
        }
    }

    /**
     * Reads the events in a request's body; empty lines are looked over.
     *
     * @throws PullException when it is too long, or a line is no event
     */
    public static List<BootEvent> parse(byte[] body) throws PullException {
        if (body.length > LIMIT) {
            throw new PullException("events have more than " + LIMIT + " bytes: send them in several requests");
        }
        List<BootEvent> events = new ArrayList<>();
        String text = new String(body, StandardCharsets.UTF_8);
        for (int start = 0, end; start < text.length(); start = end + 1) {
            int found = text.indexOf('\n', start);
            end = found < 0 ? text.length() : found;
            if (end > start) {
                events.add(parseLine(text.substring(start, end)));
            }
        }
        return events;
    }

    /**
     * Reads one line; keys it does not know are looked over.
     *
     * @throws PullException when it has no stage, or a value is not what its key needs
     */
    public static BootEvent parseLine(String line) throws PullException {
        Stage stage = null;
        String boot = null;
        String machine = null;
        String mac = null;
        String name = null;
        long bytes = -1;
        long total = -1;
        long millis = -1;
        String message = null;
        for (int start = 0, end; start <= line.length(); start = end + 1) {
            int blank = line.indexOf(' ', start);
            end = blank < 0 ? line.length() : blank;
            int equals = line.indexOf('=', start);
            if (equals < 0 || equals >= end) {
                throw new PullException("an event has a word that is no KEY=value: '" + Text.shown(line) + "'");
            }
            String value = line.substring(equals + 1, end);
            switch (line.substring(start, equals)) {
                case "stage" -> stage = Stage.of(value);
                case "boot" -> boot = text("boot", value, IDENTIFIER);
                case "machine" -> machine = text("machine", value, IDENTIFIER);
                case "mac" -> mac = text("mac", value, IDENTIFIER);
                case "name" -> name = text("name", value, LONGEST_NAME);
                case "bytes" -> bytes = number("bytes", value);
                case "total" -> total = number("total", value);
                case "millis" -> millis = number("millis", value);
                case "message" -> message = text("message", value, LONGEST_MESSAGE);
                default -> {}
            }
        }
        if (stage == null) {
            throw new PullException("an event has no stage: '" + Text.shown(line) + "'");
        }
        return new BootEvent(stage, boot, machine, mac, name, bytes, total, millis, message);
    }

    private static String text(String key, String value, int limit) throws PullException {
        String text = Percent.decode(value);
        if (text.length() > limit) {
            throw new PullException("an event's " + key + " has more than " + limit + " characters");
        }
        return text;
    }

    private static long number(String key, String value) throws PullException {
        long number = Numbers.parse(value);
        if (number < 0) {
            throw new PullException("an event's " + key + " is no number: '" + Text.shown(value) + "'");
        }
        return number;
    }
}
