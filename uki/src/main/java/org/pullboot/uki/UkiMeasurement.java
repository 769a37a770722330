package org.pullboot.uki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a TPM will hold when a profile of a UKI is started: the stub measures the sections into register 11 and the choice of a
 * profile other than 0 into register 12 (UAPI specification 5, systemd-stub(7)). Immutable.
 */
public final class UkiMeasurement {
    private static final String SIGNATURES = ".pcrsig";
    private static final String DEVICE_TREE = ".dtbauto";
    private static final String FIRMWARE = ".efifw";
    private static final int PROFILE_REGISTER = 12;

    private final int profile;
    private final List<MeasuredSection> sections;

    private UkiMeasurement(int profile, List<MeasuredSection> sections) {
        this.profile = profile;
        this.sections = List.copyOf(sections);
    }

    /**
     * Of one profile of an image, see {@link #of(UkiProfile, Set)}.
     *
     * @param number of the profile, from 0
     * @throws PeException when it is no UKI, or has no such profile; the message names the file
     * @throws IOException when it cannot be read
     */
    public static UkiMeasurement of(Path image, int number, Set<PcrBank> banks) throws IOException {
        return of(profile(image, number), banks);
    }

    /**
     * Of a profile, on a machine that the first of its .dtbauto and .efifw sections fit.
     *
     * @param banks for which it can be asked later
     * @throws IOException when a section cannot be read
     */
    public static UkiMeasurement of(UkiProfile profile, Set<PcrBank> banks) throws IOException {
        List<MeasuredSection> sections = new ArrayList<>();
        String last = "";
        for (UkiSection section : measured(profile)) {
            if (!section.name().equals(last)) {
                sections.add(MeasuredSection.of(section, banks));
            }
            last = section.name();
        }
        return new UkiMeasurement(profile.index(), sections);
    }

    /** The profile of an image with this number. */
    static UkiProfile profile(Path image, int number) throws IOException {
        UkiImage uki = UkiImage.read(image);
        Optional<String> reason = UkiInspection.whyNoUki(uki.pe());
        if (reason.isPresent()) {
            throw new PeException(image + " cannot be measured: " + reason.get());
        }
        if (number < 0 || number >= uki.profiles().size()) {
            throw new PeException(image + " has the profiles 0 to "
                    + (uki.profiles().size() - 1) + ", but profile " + number + " was asked for");
        }
        return uki.profiles().get(number);
    }

    /**
     * Once for each .dtbauto section and, where there is firmware in .efifw sections, for a machine that has that firmware
     * already and for one that each of them fits.
     *
     * @param banks for which they can be asked later
     * @throws IOException when a section cannot be read
     */
    public static List<UkiMeasurement> onEachMachine(UkiProfile profile, Set<PcrBank> banks) throws IOException {
        List<MeasuredSection> common = new ArrayList<>();
        List<Optional<MeasuredSection>> trees = new ArrayList<>();
        List<Optional<MeasuredSection>> firmware = new ArrayList<>();
        firmware.add(Optional.empty());
        for (UkiSection section : measured(profile)) {
            MeasuredSection one = MeasuredSection.of(section, banks);
            switch (section.name()) {
                case DEVICE_TREE -> trees.add(Optional.of(one));
                case FIRMWARE -> firmware.add(Optional.of(one));
                default -> common.add(one);
            }
        }
        if (trees.isEmpty()) {
            trees.add(Optional.empty());
        }
        List<UkiMeasurement> all = new ArrayList<>();
        for (Optional<MeasuredSection> tree : trees) {
            for (Optional<MeasuredSection> blob : firmware) {
                all.add(new UkiMeasurement(profile.index(), inOrder(common, tree, blob)));
            }
        }
        return all;
    }

    /** What is measured, in that order. */
    List<MeasuredSection> sections() {
        return sections;
    }

    /** Register 11 at a point of the boot. */
    public byte[] pcr11(PcrBank bank, PhasePath phase) {
        byte[] register = bank.zero();
        for (MeasuredSection section : sections) {
            register = bank.extend(register, section.nameDigest(bank));
            register = bank.extend(register, section.contentDigest(bank));
        }
        for (String word : phase.words()) {
            register = bank.extend(register, bank.digest(word.getBytes(StandardCharsets.UTF_8)));
        }
        return register;
    }

    /** Register 12 when only the profile was chosen; empty for profile 0, of which nothing is measured there. */
    public Optional<byte[]> pcr12(PcrBank bank) {
        return profileDigest(bank).map(digest -> bank.extend(bank.zero(), digest));
    }

    /** What the choice of the profile adds to register 12: its number as UTF-16 with NUL. */
    Optional<byte[]> profileDigest(PcrBank bank) {
        return profile == 0
                ? Optional.empty()
                : Optional.of(bank.digest((profile + "\0").getBytes(StandardCharsets.UTF_16LE)));
    }

    /**
     * The registers as {@code systemd-measure calculate --json=short} prints them, keyed by bank; for a profile other than 0
     * register 12 comes behind those of the phases.
     *
     * @param banks of those that it was measured for
     */
    public String toJson(Set<PcrBank> banks, List<PhasePath> phases) {
        ObjectNode all = JsonMapper.shared().createObjectNode();
        for (PcrBank bank : banks) {
            ArrayNode values = all.putArray(bank.label());
            for (PhasePath phase : phases) {
                ObjectNode one = values.addObject();
                if (!phase.words().isEmpty()) {
                    one.put("phase", phase.toString());
                }
                one.put("pcr", PcrPolicy.REGISTER).put("hash", HexFormat.of().formatHex(pcr11(bank, phase)));
            }
            pcr12(bank)
                    .ifPresent(register -> values.addObject()
                            .put("pcr", PROFILE_REGISTER)
                            .put("hash", HexFormat.of().formatHex(register)));
        }
        return all.toString();
    }

    private static List<UkiSection> measured(UkiProfile profile) {
        return profile.sections().stream()
                .filter(section -> section.size() > 0 && !section.name().equals(SIGNATURES))
                .toList();
    }

    /** A device tree comes before what has its place behind it, the firmware at the end. */
    private static List<MeasuredSection> inOrder(
            List<MeasuredSection> common, Optional<MeasuredSection> tree, Optional<MeasuredSection> firmware) {
        List<MeasuredSection> all = new ArrayList<>(common);
        int behind = UkiSection.NAMES.indexOf(DEVICE_TREE);
        int at = (int) common.stream()
                .filter(section -> UkiSection.NAMES.indexOf(section.name()) < behind)
                .count();
        tree.ifPresent(section -> all.add(at, section));
        firmware.ifPresent(all::add);
        return all;
    }
}
