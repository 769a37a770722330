package org.pullboot.generator;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pullboot.pull.PullException;
import org.pullboot.pull.PullExpression;

/** What a unit pulls, where to and how: the parameters of io.systemd.Import.Pull. */
record Parameters(
        String remote, String local, String imageClass, String type, String readOnly, String verify, String imageRoot) {
    private static final Pattern MEMBER = Pattern.compile("\"(\\w+)\":(?:\"((?:[^\"\\\\]|\\\\.)*)\"|(true|false))");

    /** Those in the last word of upstream's {@code varlinkctl call … '{…}'}. */
    static Parameters ofUpstream(ParsedUnit unit) {
        Map<String, String> members = new HashMap<>();
        Matcher member = MEMBER.matcher(unit.command().getLast());
        while (member.find()) {
            String text = member.group(2);
            members.put(member.group(1), text == null ? member.group(3) : text.replaceAll("\\\\(.)", "$1"));
        }
        return new Parameters(
                members.getOrDefault("remote", ""),
                members.getOrDefault("local", ""),
                members.getOrDefault("class", ""),
                members.getOrDefault("type", ""),
                members.getOrDefault("readOnly", ""),
                members.getOrDefault("verify", ""),
                members.getOrDefault("imageRoot", ""));
    }

    /** Those that {@code pullboot pull} understands from our unit. */
    static Parameters ofOurs(ParsedUnit unit) throws PullException {
        List<String> command = unit.command();
        if (command.size() != 3) {
            throw new AssertionError("not three words: " + command);
        }
        PullExpression expression = PullExpression.parse(command.get(2), null, false);
        return new Parameters(
                expression.url(),
                expression.local(),
                expression.imageClass().word(),
                expression.type().name().toLowerCase(Locale.ROOT),
                Boolean.toString(expression.readOnly()),
                expression.verification().name().toLowerCase(Locale.ROOT),
                expression.imageClass().directory(expression.runtime()).toString());
    }
}
