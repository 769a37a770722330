package org.pullboot.pull;

/**
 * How an NVMe/TCP root is connected: {@code rd.pullboot.nvme=}, words with commas between.
 *
 * @param headerDigest {@code header-digest}: every header that goes over the wire has a CRC32C
 * @param dataDigest {@code data-digest}: all data that goes over the wire has a CRC32C
 * @param queues {@code queues=N}: how many I/O queues at most, 1 to 64; 0 for what suits the machine
 */
public record NvmeOptions(boolean headerDigest, boolean dataDigest, int queues) {
    /** What holds when nothing is said. */
    public static final NvmeOptions DEFAULT = new NvmeOptions(false, false, 0);

    private static final String QUEUES = "queues=";
    private static final int MOST_QUEUES = 64;

    static NvmeOptions of(KernelCommandLine line) throws PullException {
        String text = line.value("rd.pullboot.nvme").orElse("");
        NvmeOptions options = DEFAULT;
        int start = 0;
        while (start < text.length()) {
            int comma = text.indexOf(',', start);
            int end = comma < 0 ? text.length() : comma;
            options = options.with(text.substring(start, end));
            start = end + 1;
        }
        return options;
    }

    private NvmeOptions with(String word) throws PullException {
        if (word.equals("header-digest")) {
            return new NvmeOptions(true, dataDigest, queues);
        }
        if (word.equals("data-digest")) {
            return new NvmeOptions(headerDigest, true, queues);
        }
        long number = word.startsWith(QUEUES) ? Numbers.parse(word, QUEUES.length(), word.length()) : -1;
        if (number < 1 || number > MOST_QUEUES) {
            throw new PullException("rd.pullboot.nvme= has the word '" + Text.shown(word)
                    + "': use header-digest, data-digest or queues=1 to queues=" + MOST_QUEUES);
        }
        return new NvmeOptions(headerDigest, dataDigest, (int) number);
    }
}
