#!/usr/bin/env bash
# Prints the path of a Debian sid tree with the systemd chain in it: what its initrd is made of, its kernel, ukify, the stubs of two
# architectures, virt-fw-vars, efibootmgr, and the tools that measure, sign, pull and unpack.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"

packages=systemd,systemd-sysv,systemd-container,udev,kmod,dbus,libcurl4t64,libarchive13t64,libssl3t64,libzstd1,liblzma5
packages+=,libblkid1,libmount1,libfdisk1,libkmod2,libseccomp2,libcryptsetup12,mount,util-linux,e2fsprogs
packages+=,systemd-boot-efi,systemd-ukify,python3-pefile,python3-virt-firmware,efibootmgr
packages+=,systemd-tpm,systemd-repart,sbsigntool,osslsigncode,efitools,openssl
packages+=,gpg,gpg-agent,gpgv,umoci,skopeo,cryptsetup-bin,tar,xz-utils,zstd,attr,acl,libcap2-bin

make_tree() {
    debian_tree sid "$1" --architectures=amd64,arm64 --include="$packages" \
        --customize-hook="$here/unpack-kernel.sh \"\$1\" linux-image-cloud-amd64" \
        --customize-hook="$here/unpack-stub.sh \"\$1\" arm64"
}

build_once "tools-sid-$(recipe_key "$packages" "$here/unpack-kernel.sh" "$here/unpack-stub.sh")" make_tree
