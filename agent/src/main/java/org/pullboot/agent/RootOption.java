package org.pullboot.agent;

/** What {@code root=} asks for. Every form means something that was pulled or connected: no disk of the machine is ever looked at. */
sealed interface RootOption {
    /** The image says: a raw image's own partition table or file system, a tar's tree. */
    record Automatic() implements RootOption {}

    /**
     * A raw image by its local name.
     *
     * @param reference the name of the file: "rootdisk.raw", or without .raw
     * @param partition from 1; 0 for the whole image
     */
    record Loop(String reference, int partition) implements RootOption {}

    /**
     * The raw image that is attached as this loop device; as ours is the first, /dev/loop0 is the root image.
     *
     * @param partition from 1; 0 for the whole image
     */
    record FirstLoop(int partition) implements RootOption {}

    /** A partition of the root image or disk, by its number from 1. */
    record PartitionNumber(int partition) implements RootOption {}

    /** A partition of the root image, by the UUID in its partition table, in lower case. */
    record PartitionUuid(String uuid) implements RootOption {}

    /** A partition of the root image, by the name in its partition table. */
    record PartitionLabel(String label) implements RootOption {}

    /** A directory that a tar was unpacked to. */
    record Bind(String directory) implements RootOption {}

    /** Nothing but memory at first, for a system that is all in /usr. */
    record InMemory() implements RootOption {}

    /** The form that leaves the choice to the image. */
    RootOption AUTOMATIC = new Automatic();

    /** What {@code roothash=} makes: it alone says which part of the image is the root. */
    String PROTECTED = "/dev/mapper/root";

    /**
     * Understands the value of {@code root=}.
     *
     * @throws AgentException when it is none of the forms above
     */
    static RootOption parse(String value) throws AgentException {
        if (value.equals("gpt-auto") || value.equals("dissect")) {
            return AUTOMATIC;
        }
        if (value.equals(PROTECTED)) {
            return AUTOMATIC;
        }
        if (value.equals("tmpfs")) {
            return new InMemory();
        }
        if (value.startsWith("bind:/")) {
            return new Bind(value.substring("bind:".length()));
        }
        String reference = after(value, "/dev/disk/by-loop-ref/");
        if (!reference.isEmpty()) {
            int part = reference.lastIndexOf("-part");
            int number = part < 0 ? -1 : number(reference, part + "-part".length());
            return number > 0 ? new Loop(reference.substring(0, part), number) : new Loop(reference, 0);
        }
        if (value.equals("/dev/loop0")) {
            return new FirstLoop(0);
        }
        int partition = number(after(value, "/dev/loop0p"), 0);
        if (partition > 0) {
            return new FirstLoop(partition);
        }
        String uuid = after(value, "PARTUUID=") + after(value, "/dev/disk/by-partuuid/");
        if (!uuid.isEmpty()) {
            return new PartitionUuid(lowerCase(uuid));
        }
        String label = after(value, "PARTLABEL=") + after(value, "/dev/disk/by-partlabel/");
        if (!label.isEmpty()) {
            return new PartitionLabel(label);
        }
        throw new AgentException(
                "root=" + value + " names nothing that was downloaded: use gpt-auto, "
                        + "/dev/disk/by-loop-ref/NAME.raw-partN, PARTUUID=, PARTLABEL=, bind:/run/machines/NAME, or tmpfs with usrhash=");
    }

    /** The partition that the PART of {@code root=nvme:…} means: a number, a label, or empty for what the disk says. */
    static RootOption ofPart(String part) {
        if (part.isEmpty()) {
            return AUTOMATIC;
        }
        int number = number(part, 0);
        return number > 0 ? new PartitionNumber(number) : new PartitionLabel(part);
    }

    private static String after(String value, String prefix) {
        return value.startsWith(prefix) ? value.substring(prefix.length()) : "";
    }

    /** The decimal number from 1 to 999 that the rest of the text is, else -1. */
    private static int number(String text, int start) {
        if (start >= text.length() || text.length() - start > 3) {
            return -1;
        }
        int number = 0;
        for (int i = start; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number == 0 ? -1 : number;
    }

    private static String lowerCase(String ascii) {
        StringBuilder text = new StringBuilder(ascii);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                text.setCharAt(i, (char) (c + ('a' - 'A')));
            }
        }
        return text.toString();
    }
}
