package org.pullboot.openpgp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.openpgp.PGPCompressedData;
import org.bouncycastle.openpgp.PGPException;

/**
 * Signatures as they are published: alone (detached), around the data in a message, or below a text that a person can
 * read (RFC 9580 §10.3, §10.4, §7).
 *
 * @param signatures at least one
 * @param content the data that is in the same file; empty when the signatures are alone
 */
record SignatureFile(List<Statement> signatures, Optional<Content> content) {
    /** systemd's limit for checksum lists and signatures. */
    static final int MAX_BYTES = 1 << 20;

    private static final int MAX_SIGNATURES = 16;
    private static final int MAX_DEPTH = 4;

    /** Data in a signed file. */
    static final class Content {
        private final byte[] signed;
        private final byte[] data;
        private final boolean cleartext;

        private Content(byte[] signed, byte[] data, boolean cleartext) {
            this.signed = signed;
            this.data = data;
            this.cleartext = cleartext;
        }

        /** Whether these are the signed bytes; of a cleartext the blanks at the ends of lines are not signed. */
        boolean isSame(byte[] other) {
            return cleartext ? Armor.lines(data).equals(Armor.lines(other)) : Arrays.equals(signed, other);
        }

        /** The bytes that were hashed. */
        byte[] signed() {
            return signed;
        }

        /** The same for a reader, lines ended by line feeds if it is a text. */
        byte[] data() {
            return data;
        }
    }

    static SignatureFile parse(byte[] file) throws OpenPgpException {
        if (file.length > MAX_BYTES) {
            throw new OpenPgpException("it has more than " + MAX_BYTES + " bytes, which no signature has");
        }
        List<String> lines = startsAsText(file) ? Armor.lines(file) : List.of();
        return !lines.isEmpty() && lines.getFirst().equals(Armor.SIGNED_MESSAGE)
                ? cleartext(lines)
                : message(Armor.remove(file), 0);
    }

    private static boolean startsAsText(byte[] file) {
        return file.length > 0 && file[0] == '-';
    }

    private static SignatureFile cleartext(List<String> lines) throws OpenPgpException {
        int at = 1;
        while (at < lines.size() && !lines.get(at).isEmpty()) {
            if (!lines.get(at).startsWith("Hash: ")) {
                throw new OpenPgpException("its signed text has a header that is not known");
            }
            at++;
        }
        int end = at;
        while (end < lines.size() && !lines.get(end).equals(Armor.SIGNATURE)) {
            end++;
        }
        if (end == lines.size() || end == at) {
            throw new OpenPgpException("it is cut short: there is no signature below the signed text");
        }
        List<String> text = new ArrayList<>();
        for (String line : lines.subList(at + 1, end)) {
            if (line.startsWith("-") && !line.equals("-") && !line.startsWith("- ")) {
                throw new OpenPgpException("a line of its signed text begins with a dash that is not escaped");
            }
            text.add(line.startsWith("-") ? line.substring(Math.min(2, line.length())) : line);
        }
        List<Statement> signatures = statements(Packet.split(Armor.decode(lines.subList(end, lines.size()))));
        Content content = new Content(latin1(String.join("\r\n", text)), latin1(String.join("\n", text) + "\n"), true);
        return new SignatureFile(signatures, Optional.of(content));
    }

    private static SignatureFile message(byte[] bytes, int depth) throws OpenPgpException {
        List<Packet> packets = Packet.split(bytes);
        if (packets.size() == 1 && packets.getFirst().tag() == Packet.COMPRESSED && depth < MAX_DEPTH) {
            return message(decompress(packets.getFirst()), depth + 1);
        }
        List<Packet> signatures = new ArrayList<>();
        List<Packet> literals = new ArrayList<>();
        for (Packet packet : packets) {
            switch (packet.tag()) {
                case Packet.SIGNATURE -> signatures.add(packet);
                case Packet.LITERAL -> literals.add(packet);
                case Packet.ONE_PASS_SIGNATURE -> {
                    // It only announces a signature, which says the same again.
                    continue;
                }
                case Packet.PUBLIC_KEY, Packet.SECRET_KEY ->
                    throw new OpenPgpException("it holds a key where a signature should be");
                default ->
                    throw new OpenPgpException(
                            "it holds something else than signatures and signed data (packet " + packet.tag() + ")");
            }
        }
        if (literals.size() > 1) {
            throw new OpenPgpException("it holds several signed texts, and one is expected");
        }
        Optional<Content> content = literals.isEmpty() ? Optional.empty() : Optional.of(literal(literals.getFirst()));
        return new SignatureFile(statements(signatures), content);
    }

    private static byte[] decompress(Packet packet) throws OpenPgpException {
        try (InputStream in = new PGPCompressedData(packet.stream()).getDataStream()) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new OpenPgpException("it unpacks to more than " + MAX_BYTES + " bytes");
            }
            return bytes;
        } catch (OpenPgpException e) {
            throw e;
        } catch (IOException | PGPException | RuntimeException e) {
            throw new OpenPgpException("its compressed part is damaged: " + e.getMessage(), e);
        }
    }

    /** One octet of format, a name with its length, a date, the data. */
    private static Content literal(Packet packet) throws OpenPgpException {
        byte[] body = packet.body();
        int start = body.length < 2 ? Integer.MAX_VALUE : 2 + (body[1] & 0xff) + Integer.BYTES;
        if (start > body.length) {
            throw new OpenPgpException("its signed data is cut short");
        }
        byte[] data = Arrays.copyOfRange(body, start, body.length);
        return new Content(data, body[0] == 'b' ? data : withLineFeeds(data), false);
    }

    private static byte[] withLineFeeds(byte[] text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < text.length; i++) {
            if (text[i] != '\r' || i + 1 == text.length || text[i + 1] != '\n') {
                out.write(text[i]);
            }
        }
        return out.toByteArray();
    }

    private static List<Statement> statements(List<Packet> packets) throws OpenPgpException {
        if (packets.isEmpty() || packets.size() > MAX_SIGNATURES) {
            throw new OpenPgpException(
                    "it holds " + packets.size() + " signatures, and 1 to " + MAX_SIGNATURES + " are expected");
        }
        List<Statement> statements = new ArrayList<>();
        OpenPgpException first = null;
        for (Packet packet : packets) {
            try {
                if (packet.tag() != Packet.SIGNATURE) {
                    throw new OpenPgpException("it holds something else where a signature should be");
                }
                statements.add(Statement.of(packet));
            } catch (OpenPgpException e) {
                first = first == null ? e : first;
            }
        }
        if (statements.isEmpty() && first != null) {
            throw first;
        }
        return List.copyOf(statements);
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
