package org.pullboot.uefi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pullboot.debian.DebianTools;

/**
 * The same requests to us and to virt-fw-vars of python3-virt-firmware, on all variable stores of package ovmf: the results have
 * the same bytes, and each reads what the other wrote.
 */
final class VirtFwVarsIT {
    private static final List<String> TEMPLATES = List.of(
            "OVMF_VARS.fd", "OVMF_VARS_4M.fd", "OVMF_VARS.ms.fd", "OVMF_VARS_4M.ms.fd", "OVMF_VARS_4M.snakeoil.fd");
    private static final String URL = "http://10.0.2.2:8081/image.efi";
    private static final String OWNER = "77fa9abd-0359-4d32-bd60-28f4e78f784b";

    private static final Pattern JSON_VARIABLE = Pattern.compile(
            "\"name\": \"([^\"]+)\",\\s*\"guid\": \"([^\"]+)\",\\s*\"attr\": (\\d+),\\s*\"data\": \"([0-9a-f]*)\"");

    private DebianTools tools;
    private Path work;

    /**
     * A request to both.
     *
     * @param options theirs
     * @param ours what it takes in our words
     */
    private record Request(String name, String options, Changes ours) {}

    private interface Changes {
        List<VariableChange> to(VariableStore store) throws IOException;
    }

    /** Each line of its input is a command line of virt-fw-vars: starting Python once saves most of the time. */
    private static final String MAIN = """
            import shlex, sys
            from virt.firmware import vars
            for line in open(sys.argv[1], encoding="utf-8").read().splitlines():
                sys.argv = shlex.split(line)
                vars.main()
                print("====")
            """;

    @BeforeEach
    void findTools() throws IOException, InterruptedException {
        tools = DebianTools.find();
        work = tools.workDirectory("uefi");
    }

    @AfterEach
    void removeWorkDirectory() throws IOException {
        DebianTools.delete(work);
    }

    @Test
    void sameRequestMakesTheSameBytes() throws IOException, InterruptedException {
        List<Request> requests = requests();
        StringBuilder script = new StringBuilder();
        for (String name : TEMPLATES) {
            Path input = Files.copy(Path.of("/usr/share/OVMF", name), work.resolve(name));
            for (Request request : requests(requests, name)) {
                script.append("virt-fw-vars -l warning -i ")
                        .append(tools.inside(input))
                        .append(" -o ")
                        .append(tools.inside(work.resolve(request.name() + "-" + name)))
                        .append(' ')
                        .append(request.options())
                        .append('\n');
            }
        }
        run(script);
        for (String name : TEMPLATES) {
            for (Request request : requests(requests, name)) {
                VariableStore store = VariableStore.read(work.resolve(name));
                store.apply(request.ours().to(store));
                byte[] theirs = Files.readAllBytes(work.resolve(request.name() + "-" + name));
                assertThat(store.toBytes()).as(request.name() + " " + name).isEqualTo(theirs);
            }
        }
    }

    @Test
    void theyReadWhatWeWrote() throws IOException, InterruptedException {
        StringBuilder script = new StringBuilder();
        List<VariableStore> stores = new ArrayList<>();
        for (String name : TEMPLATES) {
            Path file = work.resolve(name);
            VariableStore store = VariableStore.read(Path.of("/usr/share/OVMF", name));
            for (Request request : requests()) {
                store.apply(request.ours().to(store));
            }
            store.write(file);
            stores.add(store);
            script.append("virt-fw-vars -l warning --output-json - -i ")
                    .append(tools.inside(file))
                    .append('\n');
        }
        String[] listings = run(script).split("====\n", -1);
        for (int i = 0; i < stores.size(); i++) {
            assertThat(variables(listings[i]))
                    .as(TEMPLATES.get(i))
                    .containsExactlyInAnyOrderElementsOf(stores.get(i).all())
                    .extracting(EfiVariable::name)
                    .contains("Boot0099", "PK", "dbx", "SecureBootEnable");
        }
    }

    @Test
    void kernelBootcfgAndEfibootmgrListOurEntries() throws IOException, InterruptedException {
        VariableStore store = VariableStore.read(Path.of("/usr/share/OVMF/OVMF_VARS_4M.ms.fd"));
        BootUri uri = BootUri.parse(URL);
        NetworkCard card = NetworkCard.at(
                List.of(new AcpiNode.Acpi(0x0A0341D0, 0), new HardwareNode.Pci(0, 3)), "52:54:00:12:34:56");
        BootEntryRequest request = BootEntryRequest.of(uri);
        store.apply(BootEntries.read(store)
                .add(request.ordered(BootEntryRequest.Order.FIRST).asNext())
                .changes());
        store.apply(BootEntries.read(store)
                .add(request.at(card.to(uri, false))
                        .titled("one card")
                        .ofProfile(1)
                        .ordered(BootEntryRequest.Order.LAST))
                .changes());
        Path file = work.resolve("vars.fd");
        store.write(file);
        Path directory = Files.createDirectory(work.resolve("efivars"));
        List<VariableChange> all = new ArrayList<>();
        store.all().forEach(variable -> all.add(new VariableChange.Write(variable)));
        new EfiVarfs(directory).apply(all);

        assertThat(tools.run("kernel-bootcfg", "--vars", tools.inside(file), "--show", "-v")
                        .lines())
                .containsSequence(
                        "#   N O  -  0003  -  Pullboot image.efi", "#                    -> path: URI(" + URL + ")")
                .contains("#     O  -  0004  -  one card", "#                    -> opt/ucs16: @1");
        String listed = tools.run(
                "env", "LIBEFIVAR_OPS=efivarfs", "EFIVARFS_PATH=" + tools.inside(directory) + "/", "efibootmgr", "-v");
        assertThat(listed.lines())
                .contains("BootNext: 0003", "BootOrder: 0003,0004", "Boot0003* Pullboot image.efi\tUri(" + URL + ")")
                .anyMatch(line ->
                        line.startsWith("Boot0004* one card\tPciRoot(0x0)/Pci(0x3,0x0)/MAC(525400123456,1)/IPv4(")
                                && line.contains("/Uri(" + URL + ")"))
                .anyMatch(line -> line.matches(" *data: 40 00 31 00 00 00 *"));
    }

    private String run(CharSequence lines) throws IOException, InterruptedException {
        Path file = Files.writeString(work.resolve("lines"), lines);
        return tools.run("python3", "-c", MAIN, tools.inside(file));
    }

    /** All at once for large stores, of which virt-fw-vars writes the empty rest byte by byte. */
    private static List<Request> requests(List<Request> requests, String template) {
        return template.contains("4M") ? List.of(requests.getLast()) : requests;
    }

    private List<Request> requests() throws IOException {
        List<Request> requests = new ArrayList<>();
        requests.add(new Request(
                "boot",
                "--set-boot-uri " + URL,
                store -> BootEntries.read(store)
                        .add(BootEntryRequest.of(BootUri.parse(URL))
                                .titled("netboot image.efi")
                                .at(0x99)
                                .asNext())
                        .changes()));
        requests.add(new Request(
                "platform",
                "--set-pk " + file("PK") + " --secure-boot",
                store -> SecureBootEnrolment.changes(
                        store, keys(List.of("PK"), List.of(), List.of(), List.of()), true)));
        requests.add(new Request(
                "enroll",
                "--set-pk " + file("PK") + " --add-kek " + file("KEK") + " --add-db " + file("db") + " --secure-boot",
                store -> SecureBootEnrolment.changes(
                        store, keys(List.of("PK"), List.of("KEK"), List.of("db"), List.of()), true)));
        requests.add(new Request(
                "several",
                "--set-pk " + file("PK") + " --add-kek " + file("KEK") + " --add-kek " + file("PK") + " --add-db "
                        + file("db") + " --add-db " + file("KEK") + " --add-db " + file("db") + " --add-dbx-cert "
                        + file("KEK") + " --secure-boot",
                store -> SecureBootEnrolment.changes(
                        store,
                        keys(List.of("PK"), List.of("KEK", "PK"), List.of("db", "KEK", "db"), List.of("KEK")),
                        true)));
        Request boot = requests.getFirst();
        Request keys = requests.getLast();
        requests.add(new Request(
                "all",
                boot.options() + " " + keys.options(),
                store -> Stream.concat(boot.ours().to(store).stream(), keys.ours().to(store).stream())
                        .toList()));
        return requests;
    }

    /** An owner and a certificate, as virt-fw-vars wants them. */
    private String file(String name) throws IOException {
        Path file = work.resolve(name + ".pem");
        Files.write(file, SecureBootEnrolmentTest.certificate(name));
        return OWNER + " " + tools.inside(file);
    }

    private static SecureBootKeys keys(List<String> pk, List<String> kek, List<String> db, List<String> dbx)
            throws IOException {
        return new SecureBootKeys(
                EfiGuid.parse(OWNER), certificates(pk), certificates(kek), certificates(db), certificates(dbx));
    }

    private static List<byte[]> certificates(List<String> names) throws IOException {
        List<byte[]> certificates = new ArrayList<>();
        for (String name : names) {
            certificates.add(SecureBootEnrolmentTest.certificate(name));
        }
        return certificates;
    }

    private static List<EfiVariable> variables(String json) {
        return JSON_VARIABLE
                .matcher(json)
                .results()
                .map(match -> new EfiVariable(
                        EfiGuid.parse(match.group(2)),
                        match.group(1),
                        Integer.parseInt(match.group(3)),
                        Bytes.ofHex(match.group(4))))
                .toList();
    }
}
