package org.pullboot.initrd;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which modules of a kernel go into an initrd: what the agent needs to get from the firmware to a mounted root.
 *
 * @param closure the modules and all they need
 * @param missing names that no boot from the network does without, and that the kernel has neither as module nor built in
 */
record ModuleSelection(ModuleClosure closure, List<String> missing) {
    /** Without one of these there is no root file system in memory. */
    private static final List<String> ESSENTIAL = List.of("loop", "overlay");

    private static final List<String> VIRTUAL_MACHINES = List.of(
            "virtio_pci",
            "virtio_mmio",
            "virtio_net",
            "virtio_blk",
            "virtio_scsi",
            "virtio_rng",
            "vmxnet3",
            "hv_vmbus",
            "hv_netvsc",
            "pci_hyperv",
            "mana",
            "xen_netfront",
            "ena",
            "gve");

    private static final List<String> NETWORK_CARDS = List.of(
            "e1000",
            "e1000e",
            "igb",
            "igbvf",
            "igc",
            "ixgbe",
            "ixgbevf",
            "i40e",
            "iavf",
            "ice",
            "r8169",
            "8139cp",
            "8139too",
            "tg3",
            "bnx2",
            "bnx2x",
            "bnxt_en",
            "mlx4_en",
            "mlx5_core",
            "atlantic",
            "alx",
            "sfc",
            "qede",
            "cxgb4",
            "be2net",
            "enic",
            "ionic");

    /** These ask for their PHY driver by request_module(), which has no helper in the initrd. */
    private static final List<String> PHYS =
            List.of("realtek", "marvell", "marvell10g", "broadcom", "aquantia", "smsc", "ax88796b");

    private static final List<String> USB_NETWORK = List.of(
            "xhci_pci",
            "ehci_pci",
            "r8152",
            "r8153_ecm",
            "cdc_ether",
            "cdc_ncm",
            "ax88179_178a",
            "asix",
            "smsc75xx",
            "smsc95xx",
            "lan78xx");

    /** What comes after the driver itself is for authentication and digests; the driver asks for it by request_module(). */
    private static final List<String> NVME_OVER_TCP = List.of(
            "nvme_fabrics",
            "nvme_tcp",
            "nvme_auth",
            "nvme_keyring",
            "dh_generic",
            "hmac",
            "sha256_generic",
            "sha512_generic",
            "sha256",
            "sha512",
            "crc32c_generic",
            "crc32c_cryptoapi");

    private static final List<String> FILE_SYSTEMS = List.of(
            "loop",
            "overlay",
            "erofs",
            "squashfs",
            "ext4",
            "xfs",
            "btrfs",
            "vfat",
            "nls_cp437",
            "nls_ascii",
            "nls_iso8859_1",
            "nls_utf8",
            "efivarfs",
            "dm_mod",
            "dm_verity",
            "sha256_ssse3",
            "sha512_ssse3");

    private static final List<String> OTHERS = List.of("af_packet", "ipv6", "crc32c", "crc32c_intel", "crypto_crc32c");

    /** What a boot of a virtual machine loads: its devices, and what images of today are made with. */
    static final List<String> LIKELY = List.of(
            "virtio_pci",
            "virtio_net",
            "virtio_blk",
            "virtio_rng",
            "loop",
            "overlay",
            "erofs",
            "squashfs",
            "ext4",
            "efivarfs",
            "nvme_tcp",
            "af_packet");

    /** What {@code --all-nics} adds. */
    private static final List<String> ALL_NETWORK_DRIVERS = List.of(
            "kernel/drivers/net/ethernet/",
            "kernel/drivers/net/phy/",
            "kernel/drivers/net/usb/",
            "kernel/drivers/net/mdio/");

    ModuleSelection {
        missing = List.copyOf(missing);
    }

    /**
     * Chooses the modules.
     *
     * @param allNetworkDrivers every network driver rather than those for common hardware
     * @param more names of further modules; one that the kernel does not have is an error
     */
    static ModuleSelection of(ModuleTree tree, boolean allNetworkDrivers, List<String> more) throws IOException {
        Set<String> wanted = new LinkedHashSet<>();
        for (List<String> group :
                List.of(VIRTUAL_MACHINES, NETWORK_CARDS, PHYS, USB_NETWORK, NVME_OVER_TCP, FILE_SYSTEMS, OTHERS)) {
            wanted.addAll(group);
        }
        if (allNetworkDrivers) {
            ALL_NETWORK_DRIVERS.forEach(prefix -> wanted.addAll(tree.namesUnder(prefix)));
        }
        ModuleClosure closure = new ModuleClosure(tree);
        for (String name : wanted) {
            Optional<KernelModule> module = tree.module(name);
            if (module.isPresent()) {
                closure.add(module.get());
            }
        }
        for (String name : more) {
            List<KernelModule> found = tree.resolve(name);
            if (found.isEmpty() && !tree.isBuiltin(name)) {
                throw new InitrdException("the kernel " + tree.version() + " has no module '" + name + "' in "
                        + tree.directory() + ": look for its name there");
            }
            for (KernelModule module : found) {
                closure.add(module);
            }
        }
        return new ModuleSelection(closure, missing(tree));
    }

    private static List<String> missing(ModuleTree tree) throws IOException {
        List<String> missing = new ArrayList<>();
        for (String name : ESSENTIAL) {
            if (tree.module(name).isEmpty()
                    && !tree.isBuiltin(name)
                    && !tree.builtin().isEmpty()) {
                missing.add(name);
            }
        }
        return missing;
    }
}
