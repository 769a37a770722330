package org.pullboot.vm;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.pullboot.uefi.BootUri;
import org.pullboot.uefi.SecureBootKeys;

/** What a virtual machine is to be like. Not thread-safe; a machine that was started keeps what it started with. */
public final class VmOptions {
    private static final int DEFAULT_MEMORY = 2048;
    private static final int MAX_PROFILE = 255;

    private final BootSource source;
    private final List<Disk> disks = new ArrayList<>();
    private final List<PortForward> forwards = new ArrayList<>();
    private final List<String> extra = new ArrayList<>();
    private int memory = DEFAULT_MEMORY;
    private int cpus = 1;
    private boolean interactive;
    private boolean emulated;
    private Optional<Duration> timeout = Optional.empty();
    private Optional<String> expected = Optional.empty();
    private Optional<FirmwarePair> firmware = Optional.empty();
    private Optional<UUID> uuid = Optional.empty();
    private Optional<Path> variables = Optional.empty();
    private Optional<Path> tpmState = Optional.empty();
    private Optional<SecureBootKeys> keys = Optional.empty();
    private OptionalInt profile = OptionalInt.empty();
    private boolean tpm;
    private boolean secureBoot;

    private VmOptions(BootSource source) {
        this.source = source;
    }

    /** A machine that boots from this URL by UEFI HTTP boot. A loopback host in it means this machine. */
    public static VmOptions url(BootUri uri) {
        return new VmOptions(new BootSource.Url(uri));
    }

    /** A machine that boots this kernel without firmware. */
    public static VmOptions kernel(Path kernel, String commandLine) {
        return new VmOptions(new BootSource.Kernel(kernel, Optional.empty(), commandLine));
    }

    /** A machine that boots this kernel with this initrd, without firmware. */
    public static VmOptions kernel(Path kernel, Path initrd, String commandLine) {
        return new VmOptions(new BootSource.Kernel(kernel, Optional.of(initrd), commandLine));
    }

    /** A machine that boots what its firmware finds, on its disks for instance. */
    public static VmOptions firmware() {
        return new VmOptions(new BootSource.Firmware());
    }

    /** Its memory in MiB, 2048 unless set. */
    public VmOptions memory(int mebibytes) {
        memory = atLeast(1, mebibytes, "memory");
        return this;
    }

    /** Its processors, 1 unless set: more of them, emulated, are slower and less reliable. */
    public VmOptions cpus(int count) {
        cpus = atLeast(1, count, "number of processors");
        return this;
    }

    /** Adds a disk. */
    public VmOptions disk(Disk disk) {
        disks.add(disk);
        return this;
    }

    /** Adds a port that leads into the guest. */
    public VmOptions forward(PortForward forward) {
        forwards.add(forward);
        return this;
    }

    /** How long it may run; without this as long as it likes. */
    public VmOptions timeout(Duration limit) {
        timeout = Optional.of(limit);
        return this;
    }

    /** A text on its console that ends the run as a success. Carriage returns and colours do not matter. */
    public VmOptions expect(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("the expected text is empty");
        }
        expected = Optional.of(text);
        return this;
    }

    /** Its firmware, instead of the one that is found. */
    public VmOptions firmware(FirmwarePair pair) {
        firmware = Optional.of(pair);
        return this;
    }

    /** The SMBIOS UUID by which it is known. */
    public VmOptions uuid(UUID id) {
        uuid = Optional.of(id);
        return this;
    }

    /**
     * Its variable store: a file that is made when it is not there, and keeps what firmware and guest write from run to
     * run. Without this each run has a fresh one of its own.
     */
    public VmOptions variables(Path file) {
        variables = Optional.of(file);
        return this;
    }

    /** Firmware that can do Secure Boot, which it does when its variable store has keys. */
    public VmOptions secureBoot() {
        secureBoot = true;
        return this;
    }

    /** Secure Boot with these keys, which take the place of those that its variable store has. */
    public VmOptions secureBoot(SecureBootKeys trusted) {
        keys = Optional.of(trusted);
        return secureBoot();
    }

    /**
     * The profile of the UKI that a URL leads to, 0 to 255; the first one unless set.
     *
     * @throws IllegalArgumentException for another number
     */
    public VmOptions profile(int number) {
        if (number < 0 || number > MAX_PROFILE) {
            throw new IllegalArgumentException(
                    "the profiles of a UKI have the numbers 0 to " + MAX_PROFILE + ", not " + number);
        }
        profile = OptionalInt.of(number);
        return this;
    }

    /** A fresh TPM 2.0. */
    public VmOptions tpm() {
        tpm = true;
        return this;
    }

    /** A TPM 2.0 that keeps what it holds in this directory, which is made when it is not there. */
    public VmOptions tpm(Path state) {
        tpm = true;
        tpmState = Optional.of(state);
        return this;
    }

    /** Emulate the processor even where it could run directly. */
    public VmOptions emulated() {
        emulated = true;
        return this;
    }

    /** Connect this program's standard input to the console; Ctrl-A X ends the machine, Ctrl-C goes to the guest. */
    public VmOptions interactive() {
        interactive = true;
        return this;
    }

    /** Adds arguments for QEMU, which come last. */
    public VmOptions extra(List<String> arguments) {
        extra.addAll(arguments);
        return this;
    }

    BootSource source() {
        return source;
    }

    int memory() {
        return memory;
    }

    int cpus() {
        return cpus;
    }

    List<Disk> disks() {
        return List.copyOf(disks);
    }

    List<PortForward> forwards() {
        return List.copyOf(forwards);
    }

    List<String> extra() {
        return List.copyOf(extra);
    }

    boolean isInteractive() {
        return interactive;
    }

    boolean isEmulated() {
        return emulated;
    }

    Optional<Duration> timeout() {
        return timeout;
    }

    Optional<String> expected() {
        return expected;
    }

    Optional<FirmwarePair> firmwarePair() {
        return firmware;
    }

    Optional<UUID> uuid() {
        return uuid;
    }

    Optional<Path> variables() {
        return variables;
    }

    boolean isSecureBoot() {
        return secureBoot;
    }

    Optional<SecureBootKeys> keys() {
        return keys;
    }

    OptionalInt profile() {
        return profile;
    }

    boolean hasTpm() {
        return tpm;
    }

    Optional<Path> tpmState() {
        return tpmState;
    }

    private static int atLeast(int least, int value, String what) {
        if (value < least) {
            throw new IllegalArgumentException("the " + what + " of a machine is at least " + least + ", not " + value);
        }
        return value;
    }
}
