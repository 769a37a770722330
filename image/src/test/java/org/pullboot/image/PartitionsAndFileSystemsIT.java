package org.pullboot.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the real tools make is what we say it is, and the other way round. */
final class PartitionsAndFileSystemsIT {
    @TempDir
    private Path temp;

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "EXT2     # truncate -s 4M image; mkfs.ext2 -q image",
                "EXT3     # truncate -s 8M image; mkfs.ext3 -q image",
                "EXT4     # truncate -s 8M image; mkfs.ext4 -q image",
                "VFAT     # truncate -s 4M image; mkfs.vfat image",
                "VFAT     # truncate -s 64M image; mkfs.vfat -F 32 image",
                "XFS      # truncate -s 512M image; mkfs.xfs -q image",
                "BTRFS    # truncate -s 200M image; mkfs.btrfs -q image",
                "EROFS    # mkdir d; echo x >d/x; mkfs.erofs image d",
                "SQUASHFS # mkdir d; echo x >d/x; mksquashfs d image -quiet -no-progress",
                "F2FS     # truncate -s 64M image; mkfs.f2fs -q image",
                "LUKS     # truncate -s 32M image; echo secret | cryptsetup luksFormat -q --pbkdf-force-iterations 4 --pbkdf argon2id --pbkdf-memory 32 image -",
                "VERITY   # truncate -s 1M data; veritysetup format data image",
                "SWAP     # truncate -s 1M image; mkswap -q image",
            })
    void fileSystemsAreTold(FileSystemType type, String script) throws Exception {
        Tools.shell(temp, script + " >&2");

        assertThat(ImageProbe.probe(temp.resolve("image")))
                .isEqualTo(new ImageProbe(Compression.NONE, new ImageKind.BareFileSystem(type)));
        assertThat(Tools.shell(temp, "blkid -p -o value -s TYPE image").strip()).isEqualTo(type.kernelName());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "a tar archive       # mkdir d; echo x >d/x; tar -cf image d",
                "a tar archive       # mkdir d; echo x >d/x; tar --format=v7 -cf image d",
                "a tar archive       # mkdir d; echo x >d/x; bsdtar -cf image d",
                "a cpio              # echo /etc/passwd | cpio --quiet -o -H newc >image",
                "a cpio              # echo /etc/passwd | cpio --quiet -o -H bin >image",
                "a qcow2 disk image  # qemu-img create -q -f qcow2 image 1M",
                "a disk image with a GUID # truncate -s 1M image; echo 'label: gpt' | sfdisk -q image",
                "a disk image with an MBR # truncate -s 1M image; printf 'label: dos\\n,,\\n' | sfdisk -q image",
                "an empty file       # : >image",
            })
    void otherKindsAreTold(String description, String script) throws Exception {
        Tools.shell(temp, script);
        Tools.shell(temp, "xz -k -0 image; gzip -k image");

        assertThat(ImageProbe.probe(temp.resolve("image")).kind().describe()).startsWith(description);
        assertThat(ImageProbe.probe(temp.resolve("image.xz")).kind().describe()).startsWith(description);
        assertThat(ImageProbe.probe(temp.resolve("image.gz")).compression()).isEqualTo(Compression.GZIP);
    }

    @Test
    void whatSfdiskWritesIsRead() throws Exception {
        Tools.shell(temp, """
                truncate -s 64M image
                sfdisk -q image <<'END'
                label: gpt
                label-id: 11223344-5566-7788-99AA-BBCCDDEEFF00
                size=4M, type=uefi, name="ESP"
                size=16M, type=4f68bce3-e8cd-4db1-96e7-fbcaf984b709, name="root_1.2", uuid=01234567-89AB-CDEF-0123-456789ABCDEF, attrs="GUID:60"
                size=16M, type=b921b045-1df0-41c3-af44-4c6f280d3fae, name="arm"
                END
                """);

        Gpt gpt = read();

        assertThat(gpt.sectorBytes()).isEqualTo(512);
        assertThat(gpt.disk()).isEqualTo(UUID.fromString("11223344-5566-7788-99aa-bbccddeeff00"));
        assertThat(gpt.partitions()).hasSize(3);
        GptPartition root =
                DiscoverablePartitions.root(gpt, Architecture.X86_64).orElseThrow();
        assertThat(root)
                .isEqualTo(new GptPartition(
                        2,
                        UUID.fromString("4f68bce3-e8cd-4db1-96e7-fbcaf984b709"),
                        UUID.fromString("01234567-89ab-cdef-0123-456789abcdef"),
                        5L << 20,
                        16L << 20,
                        1L << 60,
                        "root_1.2"));
        assertThat(gpt.partitions().getFirst().type()).isEqualTo(DiscoverablePartitions.ESP);
    }

    @Test
    void largeSectorsAreRead() throws Exception {
        Tools.shell(
                temp,
                "truncate -s 64M image; printf 'g\\nn\\n1\\n\\n+4M\\nt\\n" + Architecture.X86_64.root()
                        + "\\nw\\n' | fdisk -b 4096 image");

        Gpt gpt = read();

        assertThat(gpt.sectorBytes()).isEqualTo(4096);
        GptPartition root =
                DiscoverablePartitions.root(gpt, Architecture.X86_64).orElseThrow();
        assertThat(root.offset()).isEqualTo(1 << 20);
        assertThat(root.bytes()).isEqualTo(4 << 20);
    }

    @Test
    void ourBackupRulesAreSgdisks() throws Exception {
        Tools.shell(
                temp,
                "truncate -s 8M image; sgdisk -n 1:2048:4095 -c 1:data image; dd if=/dev/zero of=image bs=512"
                        + " seek=1 count=33 conv=notrunc status=none");

        Gpt gpt = read();

        assertThat(gpt.fromBackup()).isTrue();
        assertThat(gpt.partitions()).hasSize(1);
        assertThat(gpt.partitions().getFirst().label()).isEqualTo("data");
        assertThat(gpt.partitions().getFirst().offset()).isEqualTo(1 << 20);
    }

    @Test
    void whatWeWriteIsInOrderForSgdiskAndSfdisk() throws Exception {
        List<GptPartition> partitions = List.of(
                new GptPartition(
                        1, DiscoverablePartitions.ESP, new UUID(7, 8), 1 << 20, 1 << 20, 0, "\u00fcml\u00e4ut"),
                new GptPartition(4, Architecture.X86_64.root(), new UUID(9, 10), 2 << 20, 4 << 20, 1L << 59, "root"));
        try (FileChannel channel =
                FileChannel.open(temp.resolve("image"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            GptWriter.write(channel, 8 << 20, new Gpt(512, new UUID(5, 6), partitions, false));
        }

        assertThat(Tools.shell(temp, "sgdisk -v image")).contains("No problems found");
        assertThat(Tools.shell(temp, "sfdisk -d image"))
                .contains("label-id: 00000000-0000-0005-0000-000000000006")
                .contains("image1 : start=        2048, size=        2048, type="
                        + DiscoverablePartitions.ESP.toString().toUpperCase(Locale.ROOT))
                .contains("image4 : start=        4096, size=        8192")
                .contains("name=\"\\xc3\\xbcml\\xc3\\xa4ut\"")
                .contains("attrs=\"GUID:59\"");
        assertThat(read().partitions()).isEqualTo(partitions);
    }

    @Test
    void theTypesAreThoseThatSfdiskKnows() throws Exception {
        String known = Tools.shell(temp, "sfdisk -T -X gpt").toLowerCase(Locale.ROOT);

        assertThat(known)
                .contains(Architecture.X86_64.root() + "  linux root (x86-64)")
                .contains(Architecture.ARM64.root() + "  linux root (arm-64)")
                .contains(Architecture.RISCV64.root() + "  linux root (risc-v-64)")
                .contains(Architecture.X86_64.usr() + "  linux /usr (x86-64)")
                .contains(Architecture.ARM64.usr() + "  linux /usr (arm-64)")
                .contains(Architecture.RISCV64.usr() + "  linux /usr (risc-v-64)")
                .contains(Architecture.X86_64.rootVerity() + "  linux root verity (x86-64)")
                .contains(Architecture.ARM64.rootVerity() + "  linux root verity (arm-64)")
                .contains(Architecture.RISCV64.rootVerity() + "  linux root verity (risc-v-64)")
                .contains(Architecture.X86_64.usrVerity() + "  linux /usr verity (x86-64)")
                .contains(Architecture.ARM64.usrVerity() + "  linux /usr verity (arm-64)")
                .contains(Architecture.RISCV64.usrVerity() + "  linux /usr verity (risc-v-64)")
                .contains(DiscoverablePartitions.LINUX_GENERIC + "  linux filesystem")
                .contains(DiscoverablePartitions.ESP + "  efi system");
    }

    private Gpt read() throws IOException {
        try (FileChannel channel = FileChannel.open(temp.resolve("image"))) {
            return Gpt.read(channel);
        }
    }
}
