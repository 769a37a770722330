package org.pullboot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pullboot.vm.Disk;
import org.pullboot.vm.VmOptions;

/** An image that a root hash in the UKI protects: what it boots with, and what becomes of it when a byte is another. */
final class VerityBootIT {
    private static final int MEMORY = 1024;
    private static final String NAME = "image.raw";

    /** In the superblock of the erofs: the first thing that anybody reads of it. */
    private static final long CHANGED_AT = (1 << 20) + 1024 + 40;

    @TempDir
    private static Path directory;

    private static Path image;
    private static String hash;
    private static UkiParts uki;

    @BeforeAll
    static void buildTheUki() throws Exception {
        Path made = Path.of(
                Checkout.output(Checkout.root().resolve("e2e/images/verity.sh").toString(), "trixie"));
        image = Checkout.place(made, directory, NAME);
        hash = uuid(1) + uuid(2);
        try (var server = new PullbootServer(
                directory.resolve("state"), image.toString(), "--cmdline", "roothash=" + hash + " console=ttyS0")) {
            uki = UkiParts.fetch(server.url(), directory);
        }
    }

    /** The UUID of a partition of the image, as half of a root hash. */
    private static String uuid(int partition) {
        return Checkout.output("sfdisk", "--part-uuid", image.toString(), "" + partition)
                .replace("-", "")
                .toLowerCase(Locale.ROOT);
    }

    @Test
    void protectedImageBootsWithTheExtensionsThatCameWithIt() throws Exception {
        Path www = Files.createDirectory(directory.resolve("www"));
        extension(www, "hello", "usr/lib/extension-release.d", "usr/share/pullboot-sysext");
        extension(www, "settings", "etc/extension-release.d", "etc/pullboot-confext");
        Path tree = extension(www, "kept", "etc/extension-release.d", "etc/pullboot-kept");
        Checkout.output(
                "tar", "-C", tree.toString(), "-cf", www.resolve("kept.tar").toString(), ".");
        Disk script =
                GuestDisk.make(Files.createDirectory(directory.resolve("disk")), GuestDisk.script("extensions.sh"));

        Path keys = Files.createDirectory(directory.resolve("keys"));
        Path trusting = trusting(keys);

        Console console;
        try (var server = new FaultServer(image);
                var others = new PlainWebServer(www);
                var secure = new TlsFileServer(www, keys.resolve("server.p12"))) {
            String from = Machine.guest(others.directory());
            String line = uki.commandLine() + " rd.pullboot.origin=" + Machine.guest(server.directory()) + "image.efi"
                    + " rd.systemd.pull=raw,sysext,verify=no::" + Machine.guest(secure.directory()) + "hello.raw"
                    + " rd.pullboot.pin=" + Files.readString(keys.resolve("pin"))
                    + " rd.systemd.pull=raw,confext,verify=no::" + from + "settings.raw"
                    + " rd.systemd.pull=raw,portable,verify=no::" + from + "missing.raw"
                    + " rd.systemd.pull=tar,confext,verify=no,runtime=no::" + from + "kept.tar e2e.disk";
            console = Machine.run(
                    VmOptions.kernel(uki.kernel(), trusting, line)
                            .memory(MEMORY)
                            .disk(script),
                    Console.END);
        }

        BootedSystem.is(console, "trixie", "ID=debian VERSION_ID=13 CODENAME=trixie");
        BootedSystem.takesWritesIntoMemory(console);
        assertThat(console.said("mapped"))
                .as(console.tail())
                .containsExactly("root CRYPT-VERITY-5d2c7a0e11114222833394a5b6c7d806-root 1");
        assertThat(console.said("lower"))
                .singleElement()
                .asString()
                .startsWith("/dev/dm-0 /run/pullboot/lower erofs ro");
        assertThat(console.said("sysext")).containsExactly("hello is merged");
        assertThat(console.said("confext")).containsExactly("settings is merged");
        assertThat(console.said("kept")).containsExactly("kept is merged");
        assertThat(console.said("directory"))
                .containsExactly(
                        "/run/extensions 755 root: hello.raw",
                        "/run/confexts 755 root: settings.raw",
                        "/var/lib/confexts 755 root: kept");
        assertThat(console.agent())
                .as("the kernel was given the signature")
                .anyMatch(said -> said.contains("the kernel has no key for the signature of roothash="));
        assertThat(console.agent())
                .as("a machine boots without an image that is not its root")
                .anyMatch(said -> said.contains("going on without /run/portables/missing.raw"));
    }

    @Test
    void changedByteIsRefused() throws Exception {
        Console console;
        try (var server = new FaultServer(image, new Fault.Corrupt(CHANGED_AT))) {
            String line = uki.commandLine().replaceFirst("rd\\.pullboot\\.digest=\\S+", "")
                    + " rd.systemd.pull.failure_action=poweroff-force rd.pullboot.origin="
                    + Machine.guest(server.directory()) + "image.efi";
            console = Machine.run(
                    VmOptions.kernel(uki.kernel(), uki.initrd(), line).memory(MEMORY), Console.END);
        }

        assertThat(console.booted()).isFalse();
        assertThat(console.agent())
                .as(console.tail())
                .anyMatch(said -> said.startsWith("error: the image does not match roothash= " + hash));
    }

    /** An initrd with an authority that vouches for a server of ours. */
    private static Path trusting(Path keys) {
        Checkout.output("bash", "-c", """
                set -eu
                cd "$1"
                mkdir -p root/etc/pullboot
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out root/etc/pullboot/ca.pem \\
                    -subj /CN=authority -days 30
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -subj /CN=server -out request
                openssl x509 -req -in request -CA root/etc/pullboot/ca.pem -CAkey ca.key -CAcreateserial -days 30 \\
                    -extfile <(echo subjectAltName=IP:10.0.2.2) -out certificate
                openssl pkcs12 -export -inkey key -in certificate -passout pass:password -out server.p12
                printf 'sha256//%s' "$(openssl pkey -in key -pubout -outform der | openssl dgst -sha256 -binary | base64)" >pin
                (cd root && find . | cpio --quiet -o -H newc) >authority.cpio
                # The kernel unpacks archives one after the other, each at a multiple of four bytes.
                cp "$2" initrd
                truncate -s %4 initrd
                cat authority.cpio >>initrd
                """, "bash", keys.toString(), uki.initrd().toString());
        return keys.resolve("initrd");
    }

    /** An extension image with one file, for this version of Debian; the tree it was made of. */
    private static Path extension(Path www, String name, String releases, String file) throws IOException {
        Path tree = Files.createDirectory(directory.resolve(name));
        Path release = Files.createDirectories(tree.resolve(releases)).resolve("extension-release." + name);
        Files.writeString(release, "ID=debian\nVERSION_ID=13\n");
        Files.createDirectories(tree.resolve(file).getParent());
        Files.writeString(tree.resolve(file), name + " is merged\n");
        Checkout.output("mkfs.erofs", "--quiet", www.resolve(name + ".raw").toString(), tree.toString());
        return tree;
    }
}
