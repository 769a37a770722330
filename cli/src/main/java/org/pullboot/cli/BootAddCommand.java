package org.pullboot.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.pullboot.uefi.BootEntries;
import org.pullboot.uefi.BootEntry;
import org.pullboot.uefi.BootEntryChange;
import org.pullboot.uefi.BootEntryRequest;
import org.pullboot.uefi.BootEntryRequest.Order;
import org.pullboot.uefi.BootUri;
import org.pullboot.uefi.NetworkCard;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Adds a boot entry for a URL. */
@Command(
        name = "add",
        description = "Tells the firmware a URL to boot from; an entry that has it already is used again.",
        footer = {"", "Example: pullboot boot add http://server:8081/image.efi --first"})
final class BootAddCommand implements Callable<Integer> {
    @Parameters(paramLabel = "URL", description = "What to boot, http or https.")
    private String url;

    @Option(names = "--title", paramLabel = "TEXT", description = "What boot menus show.")
    private Optional<String> title;

    @Option(names = "--first", description = "Before all other entries, at every start.")
    private boolean first;

    @Option(names = "--last", description = "After all other entries.")
    private boolean last;

    @Option(names = "--once", description = "At the next start, and only then.")
    private boolean once;

    @Option(
            names = "--nic",
            paramLabel = "CARD",
            description = {
                "Boot over this network card and no other: an interface of this machine (eth0), or the address",
                "(52:54:00:12:34:56) of one that another boot entry names. Without it the firmware tries all."
            })
    private Optional<String> card;

    @Option(names = "--ipv6", description = "With --nic: over IPv6; a URL with an IPv6 address always is.")
    private boolean ipv6;

    @Option(
            names = "--profile",
            paramLabel = "N",
            description = "Boot this profile of the UKI, 0 to 255; without it the UKI boots its first.")
    private Optional<Integer> profile;

    @Mixin
    private BootEdit edit;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (first && last) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "an entry is --first or --last in the boot order, not both");
        }
        if (ipv6 && card.isEmpty()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--ipv6 is for one card, --nic CARD: for all cards the firmware chooses");
        }
        BootUri uri = BootUri.parse(url);
        BootEntryRequest request =
                BootEntryRequest.of(uri).ordered(first ? Order.FIRST : last ? Order.LAST : Order.UNCHANGED);
        BootTarget.Place place = edit.target().open();
        BootEntries entries = BootEntries.read(place.variables());
        if (card.isPresent()) {
            request = request.at(card(card.get(), entries).to(uri, ipv6 || uri.isIpv6()));
        }
        if (title.isPresent()) {
            request = request.titled(title.get());
        }
        if (profile.isPresent()) {
            if (profile.get() < 0 || profile.get() > 255) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(), "the profiles of a UKI have the numbers 0 to 255, not " + profile.get());
            }
            request = request.ofProfile(profile.get());
            if (title.isEmpty()) {
                request = request.titled(request.title() + ", profile " + profile.get());
            }
        }
        if (once) {
            request = request.asNext();
        }
        BootEntryChange change = entries.add(request);
        int status = edit.make(place, change.changes());
        report(change, uri);
        return status;
    }

    private NetworkCard card(String name, BootEntries entries) throws IOException {
        return edit.target().isFile() || name.indexOf(':') >= 0
                ? NetworkCard.in(entries, name)
                : new SysfsCards(Path.of("/sys")).find(name, entries);
    }

    private void report(BootEntryChange change, BootUri uri) throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        if (change.existed()) {
            err.println("note: " + change.entry().name() + " has this URL already and is used again");
        }
        if (!first && !last && !once) {
            err.println(
                    "note: this changes no boot order: --first or --once makes the firmware use the entry, or choose "
                            + BootEntry.digits(change.entry().number()) + " in its menu");
        }
        if (uri.scheme().equals("http") && !edit.target().isFile()) {
            err.println(
                    MachineFacts.here().httpsOnly()
                            ? "warning: the firmware's setup says that it boots from https only: change that or the URL"
                            : "note: some firmware boots from http only when its setup allows that");
        }
        uri.warnings().forEach(warning -> err.println("warning: " + warning));
    }
}
