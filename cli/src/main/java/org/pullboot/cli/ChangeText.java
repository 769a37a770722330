package org.pullboot.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.pullboot.uefi.Bytes;
import org.pullboot.uefi.DevicePath;
import org.pullboot.uefi.EfiVariable;
import org.pullboot.uefi.LoadOption;
import org.pullboot.uefi.SignatureList;
import org.pullboot.uefi.UefiException;
import org.pullboot.uefi.VariableChange;
import org.pullboot.uefi.Variables;

/**
 * A change of a variable in words; as a line of a difference {@code +} new, {@code -} gone, {@code ~} another value.
 *
 * @param variable its name
 * @param vendor whose name it is, a GUID
 * @param before its value, if it was there
 * @param after its value, if it will be there
 */
record ChangeText(String variable, String vendor, Optional<String> before, Optional<String> after) {
    private static final int MAX_HEX = 32;

    /** One for each change, in their order. */
    static List<ChangeText> of(Variables before, List<VariableChange> changes) throws IOException {
        List<ChangeText> texts = new ArrayList<>();
        for (VariableChange change : changes) {
            texts.add(new ChangeText(
                    change.name(),
                    change.vendor().toString(),
                    before.find(change.vendor(), change.name()).map(ChangeText::value),
                    change.result().map(ChangeText::value)));
        }
        return texts;
    }

    @Override
    public String toString() {
        if (before.isEmpty()) {
            return "+ " + variable + "  " + after.orElse("");
        }
        return after.isEmpty()
                ? "- " + variable + "  " + before.get()
                : "~ " + variable + "  " + before.get() + "  ->  " + after.get();
    }

    /** A boot entry in one line. */
    static String entry(LoadOption option) {
        StringJoiner text = new StringJoiner(", ");
        for (DevicePath path : option.paths()) {
            text.add(path.toString());
        }
        String profile =
                option.profile().isPresent() ? "  profile " + option.profile().getAsInt() : "";
        return '"' + option.description() + '"' + (option.isActive() ? "" : " (inactive)") + "  " + text + profile;
    }

    private static String value(EfiVariable variable) {
        try {
            return switch (variable.name()) {
                case "BootOrder", "BootNext" -> numbers(variable.data());
                case "PK", "KEK", "db", "dbx" -> signatures(variable.data());
                default -> variable.isBootEntry() ? entry(LoadOption.parse(variable.data())) : hex(variable.data());
            };
        } catch (UefiException damaged) {
            return hex(variable.data()) + " (" + damaged.getMessage() + ")";
        }
    }

    private static String numbers(Bytes data) {
        StringJoiner text = new StringJoiner(",");
        for (int at = 0; at + 1 < data.length(); at += 2) {
            text.add(HexFormat.of().withUpperCase().toHexDigits(data.buffer().getShort(at)));
        }
        return text.toString();
    }

    private static String signatures(Bytes data) throws UefiException {
        StringJoiner text = new StringJoiner(", ");
        int digests = 0;
        for (SignatureList list : SignatureList.decode(data.toArray())) {
            if (list.type().equals(SignatureList.X509)) {
                list.signatures().forEach(signature -> text.add(subject(signature.data())));
            } else {
                digests += list.signatures().size();
            }
        }
        if (digests > 0) {
            text.add(digests == 1 ? "1 digest" : digests + " digests");
        }
        return text.length() == 0 ? "nothing" : text.toString();
    }

    private static String subject(Bytes certificate) {
        try {
            X509Certificate read = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(certificate.toArray()));
            return '"' + read.getSubjectX500Principal().getName() + '"';
        } catch (CertificateException e) {
            return "a certificate that cannot be read";
        }
    }

    private static String hex(Bytes data) {
        return data.length() > MAX_HEX ? data.length() + " bytes" : data.hex();
    }
}
