package org.pullboot.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.pullboot.uki.PcrBank;
import org.pullboot.uki.PhasePath;
import org.pullboot.uki.UkiMeasurement;
import org.pullboot.uki.UkiProfile;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** What to print of the registers of a UKI that was just built; options are named as ukify's. */
final class RegisterOptions {
    @Option(
            names = "--measure",
            negatable = true,
            description = "Print what 'uki measure' says of each profile, and of each machine that it is different on.")
    private boolean given;

    @Option(
            names = {"-j", "--json"},
            arity = "0..1",
            paramLabel = "pretty|short|off",
            parameterConsumer = JsonForm.Consumer.class,
            description = "Print that, and what --policy-digest prints, as JSON (default: pretty).")
    private JsonForm json = JsonForm.OFF;

    boolean areWanted() {
        return given;
    }

    JsonForm json() {
        return json;
    }

    /** Prints each followed by an empty line, as ukify does. */
    void print(List<UkiProfile> profiles, Set<PcrBank> banks, List<PhasePath> phases, CommandLine command)
            throws IOException {
        for (UkiProfile profile : profiles) {
            for (UkiMeasurement one : UkiMeasurement.onEachMachine(profile, banks)) {
                print(one, profile.index(), banks, phases, json, command);
                command.getOut().println();
            }
        }
    }

    /** Prints the registers of a profile as systemd-measure does. */
    static void print(
            UkiMeasurement measurement,
            int profile,
            Set<PcrBank> banks,
            List<PhasePath> phases,
            JsonForm json,
            CommandLine command) {
        PrintWriter out = command.getOut();
        PrintWriter comments = command.getErr();
        if (json != JsonForm.OFF) {
            out.println(json.of(Json.parse(measurement.toJson(banks, phases))));
            return;
        }
        for (PhasePath path : phases) {
            comments.println("# PCR[11] Phase <" + path + ">");
            for (PcrBank bank : banks) {
                out.println("11:" + bank.label() + "=" + hex(measurement.pcr11(bank, path)));
            }
        }
        if (profile != 0) {
            comments.println("# PCR[12] Profile <" + profile + ">");
            for (PcrBank bank : banks) {
                measurement.pcr12(bank).ifPresent(register -> out.println("12:" + bank.label() + "=" + hex(register)));
            }
        }
    }

    private static String hex(byte[] register) {
        return HexFormat.of().formatHex(register);
    }
}
