package org.pullboot.agent;

/** Numbers as people read them: three digits and a unit. */
final class Units {
    private static final long KILO = 1000;
    private static final long NANOS_PER_TENTH = 100_000_000;

    private Units() {}

    /** A number of bytes, in powers of ten as on packages of memory and disks: "402 MB", "1.3 GB". */
    static String bytes(long bytes) {
        if (bytes < KILO) {
            return bytes + " B";
        }
        long unit = KILO;
        int prefix = 0;
        while (prefix < 4 && bytes / unit >= KILO) {
            unit *= KILO;
            prefix++;
        }
        long whole = bytes / unit;
        long tenth = bytes % unit / (unit / 10);
        String number = whole < 10 ? whole + "." + tenth : Long.toString(whole);
        return number + " " + "kMGTP".charAt(prefix) + "B";
    }

    /** A time, in seconds with one decimal: "1.2 s". */
    static String seconds(long nanos) {
        long tenths = nanos / NANOS_PER_TENTH;
        return tenths / 10 + "." + tenths % 10 + " s";
    }
}
