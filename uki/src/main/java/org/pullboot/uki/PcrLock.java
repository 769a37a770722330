package org.pullboot.uki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.pullboot.uefi.Bytes;
import org.pullboot.uefi.EfiGuid;
import org.pullboot.uefi.EfiVariable;
import org.pullboot.uefi.Variables;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A component of systemd-pcrlock (systemd.pcrlock(5)): what one part of the boot adds to the registers, in all banks, in the
 * order in which it happens.
 *
 * @param records in that order
 */
public record PcrLock(List<Measurement> records) {
    private static final int SECURE_BOOT_POLICY = 7;
    private static final int BOOT_LOADER = 4;
    private static final int KERNEL_BOOT = 11;
    private static final int KERNEL_CONFIGURATION = 12;

    /** Firmware measures each of these, whether it is there or not. */
    private static final List<String> REQUIRED = List.of("SecureBoot", "PK", "KEK", "db", "dbx");
    /** Firmware measures these where they are. */
    private static final List<String> OPTIONAL = List.of("dbt", "dbr");

    private static final String SECURE_BOOT = "SecureBoot";
    /** In which EDK2 keeps whether Secure Boot was switched off in the setup. */
    private static final EfiGuid SECURE_BOOT_ENABLE = EfiGuid.parse("f0a30bc7-af08-4556-99c4-001009c93a44");

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * One measurement.
     *
     * @param register 0 to 23
     * @param digests of what is measured, in hexadecimal digits
     */
    public record Measurement(int register, Map<PcrBank, String> digests) {
        /** Copies the map. */
        public Measurement {
            digests = Map.copyOf(digests);
        }
    }

    /** Copies the list. */
    public PcrLock {
        records = List.copyOf(records);
    }

    /**
     * What firmware and stub measure of a UKI, as {@code systemd-pcrlock lock-uki}: the image into register 4, the sections of
     * the profile into register 11, the choice of a profile other than 0 into register 12.
     *
     * @param image a UKI
     * @param profile from 0
     * @param kernel whether firmware measures the kernel in .linux into register 4 as well: stubs before systemd 258 have it
     *     load the kernel, later ones start it themselves
     * @throws PeException when it is no UKI, or has no such profile; the message names the file
     * @throws IOException when it cannot be read
     */
    public static PcrLock ofUki(Path image, int profile, boolean kernel) throws IOException {
        List<Measurement> records = new ArrayList<>();
        records.add(ofImage(image));
        UkiMeasurement measurement = UkiMeasurement.of(image, profile, PcrBank.all());
        measurement
                .profileDigest(PcrBank.SHA256)
                .ifPresent(any -> records.add(record(
                        KERNEL_CONFIGURATION,
                        bank -> measurement.profileDigest(bank).orElseThrow())));
        for (MeasuredSection section : measurement.sections()) {
            records.add(record(KERNEL_BOOT, section::nameDigest));
            records.add(record(KERNEL_BOOT, section::contentDigest));
        }
        if (kernel) {
            records.add(ofKernel(image, profile));
        }
        return new PcrLock(records);
    }

    /**
     * What firmware measures of its Secure Boot variables into register 7, as {@code systemd-pcrlock lock-secureboot-policy}.
     *
     * @param variables of a machine, or of a store that a virtual machine will start with
     *     Such a store has no SecureBoot variable; firmware will switch it on if there is a platform key, unless
     *     SecureBootEnable says otherwise
     * @throws IOException when they cannot be read
     */
    public static PcrLock ofSecureBoot(Variables variables) throws IOException {
        List<Measurement> records = new ArrayList<>();
        for (String name : REQUIRED) {
            Bytes value =
                    variables.find(vendor(name), name).map(EfiVariable::data).orElse(Bytes.EMPTY);
            records.add(ofVariable(name, name.equals(SECURE_BOOT) ? secureBoot(variables) : value));
        }
        for (String name : OPTIONAL) {
            variables.find(vendor(name), name).ifPresent(variable -> records.add(ofVariable(name, variable.data())));
        }
        return new PcrLock(records);
    }

    /** As systemd-pcrlock writes it, without the line end. */
    public String toJson() {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode list = root.putArray("records");
        for (Measurement one : records) {
            ArrayNode digests = list.addObject().put("pcr", one.register()).putArray("digests");
            for (PcrBank bank : PcrBank.all()) {
                digests.addObject()
                        .put("hashAlg", bank.label())
                        .put("digest", one.digests().get(bank));
            }
        }
        return JSON.writeValueAsString(root);
    }

    private static Measurement ofImage(Path image) throws IOException {
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ)) {
            List<PcrBank> banks = List.copyOf(PcrBank.all());
            List<MessageDigest> hashes = banks.stream().map(PcrBank::digester).toList();
            AuthenticodeImage.read(channel).digest(channel, hashes);
            List<byte[]> digests = hashes.stream().map(MessageDigest::digest).toList();
            return record(BOOT_LOADER, bank -> digests.get(banks.indexOf(bank)));
        } catch (PeException e) {
            throw new PeException(image + ": " + e.getMessage());
        }
    }

    private static Measurement ofKernel(Path image, int profile) throws IOException {
        UkiSection kernel = UkiMeasurement.profile(image, profile)
                .section(".linux")
                .orElseThrow(() -> new PeException(image + " has no kernel"));
        Path copy = Files.createTempFile("pullboot-kernel", ".efi");
        try {
            try (FileChannel target = FileChannel.open(copy, StandardOpenOption.WRITE)) {
                kernel.content().writeTo(target);
            }
            return ofImage(copy);
        } finally {
            Files.delete(copy);
        }
    }

    private static Bytes secureBoot(Variables variables) throws IOException {
        Optional<EfiVariable> told = variables.find(EfiGuid.GLOBAL, SECURE_BOOT);
        if (told.isPresent()) {
            return told.get().data();
        }
        boolean switchedOff = variables
                .find(SECURE_BOOT_ENABLE, "SecureBootEnable")
                .filter(variable -> variable.data().equals(Bytes.of((byte) 0)))
                .isPresent();
        boolean keyed = variables.find(EfiGuid.GLOBAL, "PK").isPresent();
        return Bytes.of((byte) (keyed && !switchedOff ? 1 : 0));
    }

    private static EfiGuid vendor(String name) {
        return name.startsWith("db") ? EfiGuid.SECURITY_DATABASE : EfiGuid.GLOBAL;
    }

    /** UEFI_VARIABLE_DATA of the TCG PC Client Platform Firmware Profile, section 10.2.6. */
    private static Measurement ofVariable(String name, Bytes value) {
        byte[] name16 = name.getBytes(StandardCharsets.UTF_16LE);
        ByteBuffer data = ByteBuffer.allocate(EfiGuid.BYTES + 2 * Long.BYTES + name16.length + value.length())
                .order(ByteOrder.LITTLE_ENDIAN);
        data.put(vendor(name).bytes().buffer());
        data.putLong(name.length()).putLong(value.length()).put(name16).put(value.buffer());
        return record(SECURE_BOOT_POLICY, bank -> bank.digest(data.array()));
    }

    private static Measurement record(int register, Function<PcrBank, byte[]> digest) {
        Map<PcrBank, String> digests = new EnumMap<>(PcrBank.class);
        for (PcrBank bank : PcrBank.all()) {
            digests.put(bank, HexFormat.of().formatHex(digest.apply(bank)));
        }
        return new Measurement(register, digests);
    }
}
