package org.pullboot.serve;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.pullboot.fleet.Artifact;
import org.pullboot.image.Compression;
import org.pullboot.image.FileSystemType;
import org.pullboot.image.ImageKind;
import org.pullboot.oci.LocalPlace;

/**
 * A file that is to be served.
 *
 * @param name its name in URLs
 * @param path where it is
 * @param compression how it is compressed
 * @param kind what it is inside
 * @param alias whether it is another name of a file beside it
 * @param unpacked the raw image that was made of it, which its kind is about; null when it is none of QEMU's
 * @param container where the container image is of which one archive is to be made; null when it is none
 */
record Candidate(
        String name,
        Path path,
        Compression compression,
        ImageKind kind,
        boolean alias,
        @Nullable Path unpacked,
        @Nullable LocalPlace container) {
    /** A file that is what its kind says. */
    Candidate(String name, Path path, Compression compression, ImageKind kind, boolean alias) {
        this(name, path, compression, kind, alias, null, null);
    }

    /** A container image. */
    static Candidate of(ContainerSource container) {
        return new Candidate(
                container.name(),
                container.watched(),
                Compression.ZSTD,
                new ImageKind.Tar(),
                false,
                null,
                container.place());
    }

    /** An image in QEMU's format, of which nothing is compressed around it. */
    boolean qemu() {
        return kind instanceof ImageKind.Qcow2 && compression == Compression.NONE;
    }

    /** Whether an agent can boot from it. */
    boolean bootable() {
        return switch (kind) {
            case ImageKind.GptDisk _, ImageKind.Tar _ -> true;
            case ImageKind.BareFileSystem(FileSystemType type) ->
                type.mountable() && type != FileSystemType.VFAT && type != FileSystemType.ISO9660;
            case ImageKind.MbrDisk _,
                    ImageKind.Pe _,
                    ImageKind.Qcow2 _,
                    ImageKind.Cpio _,
                    ImageKind.Empty _,
                    ImageKind.Unknown _ -> false;
        };
    }

    boolean tar() {
        return kind instanceof ImageKind.Tar;
    }

    boolean uki() {
        return kind instanceof ImageKind.Pe(boolean uki) && uki;
    }

    Artifact.Role role() {
        if (uki()) {
            return Artifact.Role.UKI;
        }
        return bootable() || kind instanceof ImageKind.MbrDisk ? Artifact.Role.IMAGE : Artifact.Role.OTHER;
    }

    /** As firmware wants it (EDK2 compares the whole value), and what fits for everything else. */
    String mediaType() {
        if (compression != Compression.NONE) {
            return switch (compression) {
                case GZIP -> "application/gzip";
                case XZ -> "application/x-xz";
                case ZSTD -> "application/zstd";
                case BZIP2 -> "application/x-bzip2";
                case LZMA -> "application/x-lzma";
                case NONE -> "application/octet-stream";
            };
        }
        return switch (kind) {
            case ImageKind.Pe _ -> "application/efi";
            case ImageKind.BareFileSystem(FileSystemType type)
            when type == FileSystemType.ISO9660 -> "application/vnd.efi-iso";
            case ImageKind.BareFileSystem(FileSystemType type)
            when type == FileSystemType.VFAT -> "application/vnd.efi-img";
            case ImageKind.Tar _ -> "application/x-tar";
            case ImageKind.GptDisk _,
                    ImageKind.MbrDisk _,
                    ImageKind.BareFileSystem _,
                    ImageKind.Qcow2 _,
                    ImageKind.Cpio _,
                    ImageKind.Empty _,
                    ImageKind.Unknown _ -> byName();
        };
    }

    private String byName() {
        if (name.endsWith(".img")) {
            return "application/vnd.efi-img";
        }
        if (name.endsWith(".iso")) {
            return "application/vnd.efi-iso";
        }
        boolean text =
                name.endsWith(ChecksumLists.SUFFIX) || name.endsWith(ChecksumLists.ALL) || name.endsWith(".roothash");
        return text ? "text/plain" : "application/octet-stream";
    }
}
