package org.pullboot.image;

/** What a file is, once it is decompressed; {@link #describe} is a noun phrase for messages. */
public sealed interface ImageKind {
    /** What it is, as in "a GPT disk image". */
    String describe();

    /**
     * A disk with a GUID partition table.
     *
     * @param sectorBytes the size of its sectors, 512 to 4096
     */
    record GptDisk(int sectorBytes) implements ImageKind {
        @Override
        public String describe() {
            return "a disk image with a GUID partition table";
        }
    }

    /** A disk with an old partition table and no GUID partition table. */
    record MbrDisk() implements ImageKind {
        @Override
        public String describe() {
            return "a disk image with an MBR partition table";
        }
    }

    /**
     * A file system without a partition table around it.
     *
     * @param type which
     */
    record BareFileSystem(FileSystemType type) implements ImageKind {
        @Override
        public String describe() {
            return switch (type) {
                case LUKS -> "an encrypted (LUKS) image, which Pullboot cannot open";
                case VERITY -> "dm-verity data without the file system that it belongs to";
                case SWAP -> "a swap area";
                default -> "a bare " + type + " image";
            };
        }
    }

    /** A tar archive. */
    record Tar() implements ImageKind {
        @Override
        public String describe() {
            return "a tar archive";
        }
    }

    /**
     * A program for UEFI firmware.
     *
     * @param uki whether it carries a kernel as a unified kernel image does
     */
    record Pe(boolean uki) implements ImageKind {
        @Override
        public String describe() {
            return uki ? "a unified kernel image" : "a PE program that is no unified kernel image";
        }
    }

    /** A QEMU disk image, which must be converted to be booted. */
    record Qcow2() implements ImageKind {
        @Override
        public String describe() {
            return "a qcow2 disk image";
        }
    }

    /** A cpio archive, as initrds are. */
    record Cpio() implements ImageKind {
        @Override
        public String describe() {
            return "a cpio archive (an initrd?)";
        }
    }

    /** A file of no bytes. */
    record Empty() implements ImageKind {
        @Override
        public String describe() {
            return "an empty file";
        }
    }

    /**
     * Something that is of no use here.
     *
     * @param what a noun phrase, as in "an lz4 file" or "nothing that Pullboot knows"
     */
    record Unknown(String what) implements ImageKind {
        @Override
        public String describe() {
            return what;
        }
    }
}
