package org.pullboot.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.pullboot.uki.UkiInspection;
import org.pullboot.uki.UkiInspection.Section;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** Shows what is in a UKI. */
@Command(
        name = "inspect",
        description = "Shows what is in a unified kernel image.",
        footer = {"", "Example: pullboot uki inspect image.efi --json"})
final class UkiInspectCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The image.")
    private Path file;

    @Option(names = "--json", description = "Print one JSON object, keyed by section, with ukify's field names.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        UkiInspection inspection = UkiInspection.of(file);
        var reason = UkiInspection.whyNoUki(inspection.pe());
        if (reason.isPresent()) {
            throw new IOException(file + " is no unified kernel image: " + reason.get());
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(json(inspection));
            return CommandLine.ExitCode.OK;
        }
        for (Section section : inspection.sections()) {
            if (section.isOfUki()) {
                out.println(section.name() + ": " + section.size() + " bytes, sha256 " + section.sha256());
                section.text().ifPresent(text -> out.print(text.indent(4)));
            }
        }
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    private static ObjectNode json(UkiInspection inspection) {
        ObjectNode all = Json.object();
        for (Section section : inspection.sections()) {
            if (section.isOfUki()) {
                ObjectNode one = Json.object().put("size", section.size()).put("sha256", section.sha256());
                section.text().ifPresent(text -> one.put("text", text));
                all.set(section.name(), one);
            }
        }
        return all;
    }
}
