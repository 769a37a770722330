package org.pullboot.uefi;

import java.util.OptionalInt;

/**
 * A boot entry that somebody wants.
 *
 * @param title what boot menus show, not empty
 * @param path what to boot
 * @param profile which profile of the UKI, 0 to 255; the UKI's first when empty
 * @param number its number 0 to 65535, whose old entry is overwritten; when empty, the entry that has this path already, else
 *     the lowest free number
 * @param order where it goes in BootOrder
 * @param next whether the next start, and only that one, boots it
 */
public record BootEntryRequest(
        String title, DevicePath path, OptionalInt profile, OptionalInt number, Order order, boolean next) {
    /** Where in BootOrder. */
    public enum Order {
        /** BootOrder stays as it is. */
        UNCHANGED,
        /** Before all others. */
        FIRST,
        /** After all others. */
        LAST
    }

    /** Checks the title. */
    public BootEntryRequest {
        if (title.isBlank()) {
            throw new IllegalArgumentException("a boot entry has a title");
        }
        if (profile.isPresent() && (profile.getAsInt() < 0 || profile.getAsInt() > LoadOption.MAX_PROFILE)) {
            throw new IllegalArgumentException(
                    "the profiles of a UKI have the numbers 0 to 255, not " + profile.getAsInt());
        }
    }

    /** The short form that fits every network card: a lone URI node. In no order and not next, titled by the file's name. */
    public static BootEntryRequest of(BootUri uri) {
        String title = "Pullboot " + (uri.fileName().isEmpty() ? uri.host() : uri.fileName());
        DevicePath path = DevicePath.of(new MessagingNode.Uri(uri.toString(), false));
        return new BootEntryRequest(title, path, OptionalInt.empty(), OptionalInt.empty(), Order.UNCHANGED, false);
    }

    /** The same with another title. */
    public BootEntryRequest titled(String newTitle) {
        return new BootEntryRequest(newTitle, path, profile, number, order, next);
    }

    /** The same with another path, one network card's for example. */
    public BootEntryRequest at(DevicePath newPath) {
        return new BootEntryRequest(title, newPath, profile, number, order, next);
    }

    /** The same for this profile of the UKI, 0 to 255. */
    public BootEntryRequest ofProfile(int newProfile) {
        return new BootEntryRequest(title, path, OptionalInt.of(newProfile), number, order, next);
    }

    /** What the UKI gets as its options. */
    Bytes optionalData() {
        return profile.isPresent() ? LoadOption.forProfile(profile.getAsInt()) : Bytes.EMPTY;
    }

    /** The same at this number, whatever is there. */
    public BootEntryRequest at(int newNumber) {
        return new BootEntryRequest(title, path, profile, OptionalInt.of(newNumber), order, next);
    }

    /** The same with another place in BootOrder. */
    public BootEntryRequest ordered(Order newOrder) {
        return new BootEntryRequest(title, path, profile, number, newOrder, next);
    }

    /** The same, for the next start. */
    public BootEntryRequest asNext() {
        return new BootEntryRequest(title, path, profile, number, order, true);
    }
}
