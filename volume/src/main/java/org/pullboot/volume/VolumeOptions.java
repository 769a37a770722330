package org.pullboot.volume;

/**
 * What a new volume is like.
 *
 * @param size bytes, a multiple of 512, not less than the base has; 0 for as many as the base has
 * @param limit the most bytes that its writes may take, all snapshots together; {@link Long#MAX_VALUE} for no limit
 * @param durable whether it outlives its closing. One that does not keeps no log, takes flushes for nothing, and is
 *     deleted when it is closed or its process ends
 */
public record VolumeOptions(long size, long limit, boolean durable) {
    /** As large as its base, durable, without a limit. */
    public static final VolumeOptions DEFAULT = new VolumeOptions(0, Long.MAX_VALUE, true);

    /** The largest size: 16 TiB. */
    public static final long LARGEST = 1L << 44;

    /** Checks the ranges. */
    public VolumeOptions {
        if (size < 0 || size > LARGEST || size % BlockDevice.SECTOR != 0) {
            throw new IllegalArgumentException(
                    "the size of a volume is a multiple of 512 bytes and at most 16 TiB, not " + size);
        }
        if (limit < 0) {
            throw new IllegalArgumentException("the limit of a volume is not below zero, but is " + limit);
        }
    }

    /** The same with another size. */
    public VolumeOptions withSize(long bytes) {
        return new VolumeOptions(bytes, limit, durable);
    }

    /** The same with another limit. */
    public VolumeOptions withLimit(long bytes) {
        return new VolumeOptions(size, bytes, durable);
    }

    /** The same, but gone when it is closed. */
    public VolumeOptions ephemeral() {
        return new VolumeOptions(size, limit, false);
    }
}
