package org.pullboot.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pullboot.uefi.BootUri;
import org.pullboot.uefi.UefiException;

final class QemuCommandTest {
    private static final Path QEMU = Path.of("/usr/bin/qemu-system-x86_64");
    private static final Path CODE = Path.of("/firmware/code.fd");
    private static final Path VARIABLES = Path.of("/run/a,b/variables.fd");

    @Test
    void machineThatBootsAUrlHasFirmwareNetworkAndRandomNumbers() throws UefiException {
        VmOptions options = VmOptions.url(BootUri.parse("http://10.0.2.2/x.efi"));
        assertThat(words(options, Accelerator.TCG))
                .containsExactly(
                        "/usr/bin/qemu-system-x86_64",
                        "-accel",
                        "tcg,thread=multi",
                        "-machine",
                        "q35",
                        "-cpu",
                        "max,la57=off,cx16=off",
                        "-smp",
                        "1,maxcpus=2",
                        "-m",
                        "2048",
                        "-nodefaults",
                        "-no-user-config",
                        "-no-reboot",
                        "-display",
                        "none",
                        "-serial",
                        "stdio",
                        "-drive",
                        "if=pflash,unit=0,format=raw,readonly=on,file=/firmware/code.fd",
                        "-drive",
                        "if=pflash,unit=1,format=raw,file=/run/a,,b/variables.fd",
                        "-netdev",
                        "user,id=net0",
                        "-device",
                        "virtio-net-pci,netdev=net0,romfile=",
                        "-device",
                        "virtio-rng-pci");
    }

    @Test
    void processorOfTheHostIsUsedWhereItCanBe() throws UefiException {
        VmOptions options = VmOptions.url(BootUri.parse("http://10.0.2.2/x.efi"));
        assertThat(words(options, Accelerator.KVM))
                .containsSequence("-accel", "kvm")
                .containsSequence("-smp", "1")
                .containsSequence("-cpu", "host");
    }

    @Test
    void machineIsAsItsOptionsSay() throws UefiException {
        UUID id = UUID.fromString("11111111-2222-3333-4444-555555555555");
        VmOptions options = VmOptions.url(BootUri.parse("http://10.0.2.2/x.efi"))
                .memory(512)
                .cpus(4)
                .uuid(id)
                .interactive()
                .forward(new PortForward(2222, 22))
                .forward(new PortForward(8080, 80))
                .disk(new Disk(Path.of("/d/a,b.raw"), "raw"))
                .disk(new Disk(Path.of("/d/c.qcow2"), "qcow2"))
                .extra(List.of("-name", "test"));
        assertThat(words(options, Accelerator.TCG))
                .containsSequence("-accel", "tcg,thread=single")
                .containsSequence("-smp", "4", "-m", "512")
                .containsSequence("-serial", "mon:stdio")
                .containsSequence("-uuid", id.toString())
                .contains("user,id=net0,hostfwd=tcp:127.0.0.1:2222-:22,hostfwd=tcp:127.0.0.1:8080-:80")
                .containsSequence(
                        "if=none,id=disk0,format=raw,file=/d/a,,b.raw", "-device", "virtio-blk-pci,drive=disk0")
                .containsSequence(
                        "if=none,id=disk1,format=qcow2,file=/d/c.qcow2", "-device", "virtio-blk-pci,drive=disk1")
                .endsWith("-name", "test");
    }

    @Test
    void secureBootKeepsTheGuestFromTheFirmwaresVariables() throws UefiException {
        VmOptions options =
                VmOptions.url(BootUri.parse("http://10.0.2.2/x.efi")).secureBoot();
        assertThat(words(options, Accelerator.TCG))
                .containsSequence("-machine", "q35,smm=on")
                .containsSequence("-global", "driver=cfi.pflash01,property=secure,value=on");
    }

    @Test
    void tpmIsReachedThroughItsSocket() throws UefiException {
        VmOptions options =
                VmOptions.url(BootUri.parse("http://10.0.2.2/x.efi")).tpm();
        RunFiles files = new RunFiles(CODE, VARIABLES, Path.of("/run/a,b/tpm"));
        assertThat(new QemuCommand(QEMU, GuestArchitecture.X86_64, Accelerator.TCG).words(options, files))
                .containsSequence(
                        "-chardev",
                        "socket,id=tpm,path=/run/a,,b/tpm",
                        "-tpmdev",
                        "emulator,id=tpm0,chardev=tpm",
                        "-device",
                        "tpm-crb,tpmdev=tpm0");
    }

    @Test
    void kernelIsLoadedWithoutFirmware() {
        VmOptions options = VmOptions.kernel(Path.of("/k/vmlinuz"), Path.of("/k/initrd"), "console=ttyS0 a=b,c");
        List<String> words = new QemuCommand(QEMU, GuestArchitecture.X86_64, Accelerator.TCG)
                .words(options, new RunFiles(null, null, null));
        assertThat(words)
                .containsSequence("-kernel", "/k/vmlinuz", "-initrd", "/k/initrd", "-append", "console=ttyS0 a=b,c")
                .noneMatch(word -> word.contains("pflash"));
    }

    private static List<String> words(VmOptions options, Accelerator accelerator) {
        return new QemuCommand(QEMU, GuestArchitecture.X86_64, accelerator)
                .words(options, new RunFiles(CODE, VARIABLES, null));
    }
}
