package org.pullboot.pull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pullboot's own words on the kernel command line, {@code rd.pullboot.*} (docs/PROTOCOL.md). A word that cannot be
 * understood is an error: each one narrows what may be booted. Immutable.
 */
public final class BootWords {
    private static final int IDENTIFIER = 64;

    private final Pins pins;
    private final Map<String, DeclaredSize> sizes;
    private final List<String> mirrors;
    private final Optional<String> generation;
    private final Optional<String> modules;
    private final Optional<BootOrigin> origin;
    private final boolean overlay;
    private final List<RootMode> rootModes;
    private final NvmeOptions nvme;
    private final Optional<Path> authorities;
    private final List<String> serverKeys;

    private BootWords(KernelCommandLine line) throws PullException {
        this.pins = Pins.of(line);
        this.sizes = sizes(line.values("rd.pullboot.size"));
        this.mirrors = mirrors(line.values("rd.pullboot.mirror"));
        this.generation = line.value("rd.pullboot.generation");
        this.modules = line.value("rd.pullboot.modules");
        this.origin = origin(line);
        this.overlay = overlay(line);
        if (generation.isPresent() && !Text.isIdentifier(generation.get(), IDENTIFIER)) {
            throw new PullException(
                    "rd.pullboot.generation=" + Text.shown(generation.get()) + " is no generation's id");
        }
        if (modules.isPresent() && !LocalName.isValid(modules.get())) {
            throw new PullException("rd.pullboot.modules=" + Text.shown(modules.get()) + " is no file name");
        }
        this.rootModes = rootModes(line);
        this.nvme = NvmeOptions.of(line);
        this.authorities = authorities(line);
        this.serverKeys = List.copyOf(line.values("rd.pullboot.pin"));
    }

    private static Optional<Path> authorities(KernelCommandLine line) throws PullException {
        Optional<String> file = line.value("rd.pullboot.ca");
        if (file.isEmpty()) {
            return Optional.empty();
        }
        if (!file.get().startsWith("/") || file.get().indexOf('\0') >= 0) {
            throw new PullException(
                    "rd.pullboot.ca=" + Text.shown(file.get()) + " is no absolute path of a file in the initrd");
        }
        return Optional.of(Path.of(file.get()));
    }

    /** A command line that names no root mode allows the one that its {@code root=} is a form of. */
    private static List<RootMode> rootModes(KernelCommandLine line) throws PullException {
        String text = line.value("rd.pullboot.root").orElse("");
        if (text.isEmpty()) {
            boolean nvme = line.value("root").orElse("").startsWith("nvme:");
            return List.of(nvme ? RootMode.NVME : RootMode.RAM);
        }
        List<RootMode> modes = new ArrayList<>();
        int start = 0;
        while (start <= text.length()) {
            int comma = text.indexOf(',', start);
            int end = comma < 0 ? text.length() : comma;
            modes.add(RootMode.of(text.substring(start, end), "rd.pullboot.root="));
            start = end + 1;
        }
        return List.copyOf(modes);
    }

    /**
     * Reads the words of a command line.
     *
     * @throws PullException when one of them cannot be understood
     */
    public static BootWords of(KernelCommandLine line) throws PullException {
        return new BootWords(line);
    }

    private static Map<String, DeclaredSize> sizes(List<String> values) throws PullException {
        Map<String, DeclaredSize> sizes = new HashMap<>();
        for (String value : values) {
            int last = value.lastIndexOf(':');
            int before = value.lastIndexOf(':', last - 1);
            long number = last < 0 ? -1 : Numbers.parse(value, last + 1, value.length());
            long first = before < 0 ? -1 : Numbers.parse(value, before + 1, last);
            boolean withData = before > 0 && first >= 0;
            long bytes = withData ? first : number;
            String name = value.substring(0, Math.max(0, withData ? before : last));
            if (number < 0 || number > bytes || name.isEmpty()) {
                throw new PullException("rd.pullboot.size=" + Text.shown(value)
                        + " is no NAME:BYTES or NAME:BYTES:DATA with at most as much data as bytes");
            }
            sizes.put(name, new DeclaredSize(bytes, number));
        }
        return Map.copyOf(sizes);
    }

    private static List<String> mirrors(List<String> values) throws PullException {
        List<String> mirrors = new ArrayList<>();
        for (String value : values) {
            mirrors.add(mirror(value, "rd.pullboot.mirror=" + Text.shown(value)));
        }
        return List.copyOf(mirrors);
    }

    /** The URL of a directory without its last slash, or an error that says what is none. */
    static String mirror(String value, String what) throws PullException {
        int end = value.length();
        while (end > 0 && value.charAt(end - 1) == '/') {
            end--;
        }
        String url = value.substring(0, end);
        if (!Urls.isHttp(url) || url.indexOf('?') >= 0 || url.indexOf('#') >= 0) {
            throw new PullException(what + " is no http:// or https:// URL of a directory");
        }
        return url;
    }

    private static Optional<BootOrigin> origin(KernelCommandLine line) throws PullException {
        Optional<String> url = line.value("rd.pullboot.origin");
        if (url.isEmpty()) {
            return Optional.empty();
        }
        if (!Urls.isHttp(url.get())) {
            throw new PullException(
                    "rd.pullboot.origin=" + Text.shown(url.get()) + " is no http:// or https:// URL in ASCII");
        }
        return Optional.of(new BootOrigin(url.get()));
    }

    private static boolean overlay(KernelCommandLine line) throws PullException {
        String ram = line.value("rd.pullboot.ram").orElse("overlay");
        return switch (ram) {
            case "overlay" -> true;
            case "ro" -> false;
            default -> throw new PullException("rd.pullboot.ram=" + Text.shown(ram) + " is neither overlay nor ro");
        };
    }

    /** {@code rd.pullboot.digest=}: what files must be. */
    public Pins pins() {
        return pins;
    }

    /** {@code rd.pullboot.size=}: what the file of this name unpacks to. */
    public Optional<DeclaredSize> size(String name) {
        return Optional.ofNullable(sizes.get(name));
    }

    /** {@code rd.pullboot.mirror=}: other directories with the same files, without a slash at their ends. */
    public List<String> mirrors() {
        return mirrors;
    }

    /** {@code rd.pullboot.generation=}: the generation to ask for first. */
    public Optional<String> generation() {
        return generation;
    }

    /** {@code rd.pullboot.modules=}: the name of the tar of the kernel's module tree. */
    public Optional<String> modules() {
        return modules;
    }

    /** {@code rd.pullboot.origin=}: the boot URL for when no firmware tells it. */
    public Optional<BootOrigin> origin() {
        return origin;
    }

    /** {@code rd.pullboot.ram=}: whether an overlay in RAM takes writes; the default is yes. */
    public boolean overlay() {
        return overlay;
    }

    /** {@code rd.pullboot.root=}: the root modes that may be used, the one to use first; never empty. */
    public List<RootMode> rootModes() {
        return rootModes;
    }

    /** {@code rd.pullboot.nvme=}: how an NVMe/TCP root is connected. */
    public NvmeOptions nvme() {
        return nvme;
    }

    /** {@code rd.pullboot.ca=}: the file in the initrd with the only certificate authorities for https. */
    public Optional<Path> authorities() {
        return authorities;
    }

    /** {@code rd.pullboot.pin=}: the only keys of servers for https, as {@link ServerTrust#read} takes them. */
    public List<String> serverKeys() {
        return serverKeys;
    }
}
