package org.pullboot.image;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads one JSON document (RFC 8259) and nothing that only resembles one. Used once. */
final class JsonParser {
    static final int DEEPEST = 32;

    private final byte[] document;
    private String text = "";
    private int at;

    JsonParser(byte[] document) {
        this.document = document;
    }

    Json document() throws ImageException {
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(document))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ImageException("expected a JSON document, but it is not in UTF-8: get it again", e);
        }
        Json value = value(0);
        blanks();
        if (at < text.length()) {
            throw damaged("the end");
        }
        return value;
    }

    private Json value(int depth) throws ImageException {
        if (depth > DEEPEST) {
            throw new ImageException("a JSON document is nested more than " + DEEPEST + " times: it is refused");
        }
        blanks();
        if (at == text.length()) {
            throw damaged("a value");
        }
        char first = text.charAt(at);
        return switch (first) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> new Json.Text(string());
            case 't' -> word("true", new Json.Truth(true));
            case 'f' -> word("false", new Json.Truth(false));
            case 'n' -> word("null", new Json.Nothing());
            default -> number();
        };
    }

    private Json object(int depth) throws ImageException {
        Map<String, Json> members = new LinkedHashMap<>();
        at++;
        blanks();
        if (taken('}')) {
            return new Json.Members(members);
        }
        do {
            blanks();
            if (at == text.length() || text.charAt(at) != '"') {
                throw damaged("a name in quotes");
            }
            String name = string();
            blanks();
            expect(':');
            if (members.put(name, value(depth + 1)) != null) {
                throw new ImageException("a JSON document has '" + TarEntry.printable(name)
                        + "' twice in one object, which means nothing certain: it is refused");
            }
            blanks();
        } while (taken(','));
        expect('}');
        return new Json.Members(members);
    }

    private Json array(int depth) throws ImageException {
        List<Json> items = new ArrayList<>();
        at++;
        blanks();
        if (taken(']')) {
            return new Json.Items(items);
        }
        do {
            items.add(value(depth + 1));
            blanks();
        } while (taken(','));
        expect(']');
        return new Json.Items(items);
    }

    private String string() throws ImageException {
        StringBuilder value = new StringBuilder();
        at++;
        while (true) {
            if (at == text.length()) {
                throw damaged("the end of a string");
            }
            char c = text.charAt(at++);
            if (c == '"') {
                return whole(value.toString());
            }
            if (c < ' ') {
                throw damaged("a string without control characters");
            }
            value.append(c == '\\' ? escaped() : c);
        }
    }

    /** A half of a surrogate pair stands for no character, so that two readers could take it for different names. */
    private String whole(String value) throws ImageException {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw damaged("a string of whole characters");
            }
        }
        return value;
    }

    private char escaped() throws ImageException {
        char c = at < text.length() ? text.charAt(at++) : 0;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int code = 0;
                for (int i = 0; i < 4; i++) {
                    char digit = at < text.length() ? text.charAt(at++) : 0;
                    int value = digit < 0x80 ? Character.digit(digit, 16) : -1;
                    if (value < 0) {
                        throw damaged("four hexadecimal digits");
                    }
                    code = code * 16 + value;
                }
                yield (char) code;
            }
            default -> throw damaged("an escape that JSON has");
        };
    }

    private Json number() throws ImageException {
        int start = at;
        taken('-');
        if (!taken('0')) {
            digits();
        }
        if (taken('.')) {
            digits();
        }
        if (taken('e') || taken('E')) {
            if (!taken('+')) {
                taken('-');
            }
            digits();
        }
        return new Json.Digits(text.substring(start, at));
    }

    private void digits() throws ImageException {
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == start) {
            throw damaged("a value");
        }
    }

    private Json word(String word, Json value) throws ImageException {
        if (!text.startsWith(word, at)) {
            throw damaged("a value");
        }
        at += word.length();
        return value;
    }

    private void blanks() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean taken(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char c) throws ImageException {
        if (!taken(c)) {
            throw damaged("'" + c + "'");
        }
    }

    private ImageException damaged(String expected) {
        return new ImageException("expected " + expected + " at character " + at
                + " of a JSON document, but there is none: it is damaged, get it again");
    }
}
