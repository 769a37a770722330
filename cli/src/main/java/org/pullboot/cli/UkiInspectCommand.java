package org.pullboot.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pullboot.uki.Authenticode;
import org.pullboot.uki.AuthenticodeSignature;
import org.pullboot.uki.PeException;
import org.pullboot.uki.PeFile;
import org.pullboot.uki.PeSection;
import org.pullboot.uki.SectionContent;
import org.pullboot.uki.UkiInspection;
import org.pullboot.uki.UkiSelection;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what is in a UKI, or any other PE image; options are named as ukify's. */
@Command(
        name = "inspect",
        description = "Shows what is in a unified kernel image, an addon or any other EFI program.",
        footer = {
            "",
            "Example: pullboot uki inspect image.efi --json",
            "         pullboot uki inspect http://server:8081/image.efi --section .cmdline:text"
        })
final class UkiInspectCommand implements Callable<Integer> {
    private static final Pattern SECTION = Pattern.compile("([a-zA-Z0-9_.]+):(text|binary)(?:@(.+))?");

    @Parameters(paramLabel = "FILE|URL", arity = "1..*", description = "The image, or several.")
    private List<String> images = List.of();

    @Option(
            names = {"-j", "--json"},
            arity = "0..1",
            paramLabel = "pretty|short|off",
            parameterConsumer = JsonForm.Consumer.class,
            description = "Print one JSON object, keyed by section, with ukify's field names (default: pretty).")
    private JsonForm json = JsonForm.OFF;

    @Option(names = "--all", description = "Show all sections, also those of the program that carries them.")
    private boolean all;

    @Option(
            names = "--section",
            paramLabel = "NAME:text|binary[@FILE]",
            description = "Show this section, and write its content to a file if one is named; may be repeated.")
    private List<String> sections = List.of();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (images.size() > 1 && json != JsonForm.OFF) {
            throw new ParameterException(spec.commandLine(), "JSON is printed of one image, and these are several");
        }
        Map<String, Boolean> named = new HashMap<>();
        Map<String, Path> outputs = new HashMap<>();
        for (String section : sections) {
            Matcher matcher = SECTION.matcher(section);
            if (!matcher.matches()) {
                throw new ParameterException(
                        spec.commandLine(), "--section is NAME:text or NAME:binary, not '" + section + "'");
            }
            named.put(matcher.group(1), matcher.group(2).equals("text"));
            if (matcher.group(3) != null) {
                outputs.put(matcher.group(1), Path.of(matcher.group(3)));
            }
        }
        UkiSelection selection = new UkiSelection(all, named);
        for (String image : images) {
            if (RemoteImage.isUrl(image)) {
                inspectRemote(image, selection, outputs);
            } else {
                inspect(image, Path.of(image), selection, outputs);
            }
        }
        return CommandLine.ExitCode.OK;
    }

    private void inspectRemote(String url, UkiSelection selection, Map<String, Path> outputs) throws IOException {
        try (RemoteImage image = RemoteImage.fetch(url, selection)) {
            try {
                inspect(url, image.file(), selection, outputs);
            } catch (PeException e) {
                throw new IOException(
                        String.valueOf(e.getMessage()).replace(image.file().toString(), url), e);
            }
        }
    }

    private void inspect(String name, Path file, UkiSelection selection, Map<String, Path> outputs) throws IOException {
        UkiInspection inspection = UkiInspection.of(file, selection);
        UkiView view = new UkiView(inspection, selection, signatures(file, inspection));
        PrintWriter out = spec.commandLine().getOut();
        if (json == JsonForm.OFF) {
            view.print(out);
        } else {
            out.println(json.of(view.json()));
        }
        out.flush();
        if (inspection.sections().stream().noneMatch(section -> selection.shows(section.name()))) {
            PrintWriter err = spec.commandLine().getErr();
            err.println(name + ": "
                    + UkiInspection.whyNoUki(inspection.pe()).orElse("there is no section of that name")
                    + "; --all shows its sections");
        }
        for (Map.Entry<String, Path> output : outputs.entrySet()) {
            write(name, file, inspection.pe(), output.getKey(), output.getValue());
        }
    }

    /** Only when all is shown: who asks for one section gets that alone. */
    private List<AuthenticodeSignature> signatures(Path file, UkiInspection inspection) throws IOException {
        return sections.isEmpty() && inspection.pe().isSigned() ? Authenticode.signatures(file) : List.of();
    }

    private static void write(String image, Path file, PeFile pe, String name, Path output) throws IOException {
        PeSection section = pe.section(name).orElseThrow(() -> new IOException(image + " has no section " + name));
        SectionContent.of(file, section.rawOffset(), section.contentSize()).writeTo(output);
    }
}
