package org.pullboot.uefi;

/** A node of type 4: a part of a medium (UEFI 2.10, section 10.3.5). */
public sealed interface MediaNode extends DeviceNode {
    /**
     * A partition of a disk (section 10.3.5.1).
     *
     * @param number from 1
     * @param start its first block
     * @param blocks its length in blocks
     * @param signature 16 bytes: for GPT the partition's GUID
     * @param format 1 MBR, 2 GPT
     * @param signatureType 0 none, 1 MBR, 2 GUID
     */
    record HardDrive(int number, long start, long blocks, Bytes signature, int format, int signatureType)
            implements MediaNode {
        /** Checks the lengths. */
        public HardDrive {
            NodeWriter.require(signature, 16);
        }

        @Override
        public int code() {
            return 0x0401;
        }

        @Override
        public Bytes body() {
            return new NodeWriter(38)
                    .u32(number)
                    .u64(start)
                    .u64(blocks)
                    .bytes(signature, 16)
                    .u8(format)
                    .u8(signatureType)
                    .bytes();
        }

        @Override
        public String toString() {
            String id = switch (signatureType) {
                case 2 -> "GPT," + EfiGuid.take(signature.buffer());
                case 1 -> "MBR,0x" + NodeText.hex(signature.buffer().getInt(), 8);
                default -> signatureType + "," + signature.hex();
            };
            return "HD(" + number + "," + id + ",0x" + Long.toHexString(start) + ",0x" + Long.toHexString(blocks) + ")";
        }
    }

    /**
     * A file (section 10.3.5.4).
     *
     * @param path with backslashes, without NUL
     */
    record FilePath(String path) implements MediaNode {
        /** Checks the length. */
        public FilePath {
            if (path.indexOf('\0') >= 0 || Ucs2.size(path) > MAX_BODY) {
                throw new IllegalArgumentException("the file of a device path holds no NUL and at most "
                        + (MAX_BODY / 2 - 1) + " characters, not " + path.length());
            }
        }

        @Override
        public int code() {
            return 0x0404;
        }

        @Override
        public Bytes body() {
            return Ucs2.encode(path);
        }

        @Override
        public String toString() {
            return path;
        }
    }

    /**
     * A file in a firmware volume (Platform Initialization, volume 3).
     *
     * @param file its name
     */
    record FvFile(EfiGuid file) implements MediaNode {
        @Override
        public int code() {
            return 0x0406;
        }

        @Override
        public Bytes body() {
            return file.bytes();
        }

        @Override
        public String toString() {
            return "FvFile(" + file + ")";
        }
    }

    /**
     * A firmware volume (Platform Initialization, volume 3).
     *
     * @param volume its name
     */
    record FvName(EfiGuid volume) implements MediaNode {
        @Override
        public int code() {
            return 0x0407;
        }

        @Override
        public Bytes body() {
            return volume.bytes();
        }

        @Override
        public String toString() {
            return "Fv(" + volume + ")";
        }
    }
}
