#!/usr/bin/env bash
# packaged.sh tree|erofs PACKAGE.deb: prints the path of a Debian 12 with our package installed, as a tree or as an image of it. It has
# what lists machines and portable services, networkd, and says on the console what it runs from, as those of os-tree.sh do.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"
form=${1:?tree or erofs} package=${2:?a package}
need mkfs.erofs dpkg-deb

packages=systemd-sysv,udev,kmod,usr-is-merged,systemd-container,dbus,mount,libzstd1,liblzma5,libbz2-1.0,squashfs-tools
# Slow under emulation, and no test looks at them.
masked=(systemd-update-utmp.service systemd-random-seed.service systemd-hwdb-update.service systemd-journal-flush.service
    systemd-journal-catalog-update.service systemd-pstore.service systemd-binfmt.service systemd-firstboot.service
    systemd-machine-id-commit.service systemd-logind.service systemd-user-sessions.service getty.target timers.target
    e2scrub_reap.service ldconfig.service)

make_debian() {
    local tree=$1 unit
    debian_tree bookworm "$tree" --include="$packages" \
        --customize-hook="$here/unpack-kernel.sh \"\$1\" linux-image-cloud-amd64 slim"
    cp -a --no-preserve=ownership "$here/files/." "$tree/"
    echo payload >"$tree/usr/lib/pullboot-e2e/payload"
    echo packaged >"$tree/etc/pullboot-e2e-generation"
    echo pullboot-packaged >"$tree/etc/hostname"
    echo 5d2c7a0e111142228333946172b83c4d >"$tree/etc/machine-id"
    : >"$tree/etc/fstab"
    printf '[Match]\nType=ether\n[Network]\nDHCP=ipv4\nIPv6AcceptRA=no\nLinkLocalAddressing=no\n' >"$tree/etc/systemd/network/10-ether.network"
    mkdir -p "$tree/etc/systemd/system.conf.d"
    printf '[Manager]\nShowStatus=no\n' >"$tree/etc/systemd/system.conf.d/quiet.conf"
    rm -rf "$tree"/etc/resolv.conf "$tree"/var/cache/apt/* "$tree"/var/lib/apt/lists/* "$tree"/var/log/* \
        "$tree"/usr/lib/udev/hwdb* "$tree"/usr/lib/*-linux-gnu/gconv "$tree"/usr/share/{zoneinfo,perl} "$tree"/usr/lib/*-linux-gnu/perl \
        "$tree"/boot/System.map-*
    systemctl --quiet --root="$tree" enable pullboot-e2e.service systemd-networkd.service systemd-networkd-wait-online.service
    for unit in "${masked[@]}"; do
        ln -sf /dev/null "$tree/etc/systemd/system/$unit"
    done
    touch "$tree/usr" "$tree/etc/.updated" "$tree/var/.updated"
}

# Java finds its runtime through /proc.
# shellcheck disable=SC2016 # the inner shell expands it
make_tree() {
    # Each change of a source makes another package, and half a gigabyte of trees and images.
    find "$pullboot_cache" -mindepth 1 -maxdepth 1 '(' -name 'tree-packaged-*' -o -name 'packaged-*' ')' -cmin +120 -exec rm -rf --one-file-system {} +
    cp -a "$debian" "$1"
    cp "$package" "$1/package.deb"
    unshare --mount sh -euc 'mount -t proc proc "$1/proc"; chroot "$1" dpkg --install /package.deb' sh "$1"
    rm "$1/package.deb"
}

make_erofs() {
    mkfs.erofs -zlz4 --quiet -T 1767225600 -U 5d2c7a0e-1111-4222-8333-94a5b6c7d805 "$1" "$tree" >/dev/null
}

debian=$(build_once "tree-host-$(recipe_key "$packages" "${masked[*]}" "$here"/{packaged,unpack-kernel}.sh \
    "$here"/files/usr/lib/pullboot-e2e/report "$here"/files/etc/systemd/system/pullboot-e2e.service)" make_debian)
key=$(recipe_key "${debian##*/}" "$package")
tree=$(build_once "tree-packaged-$key" make_tree)
case $form in
tree) printf '%s\n' "$tree" ;;
erofs) build_once "packaged-$key.erofs" make_erofs ;;
*) die "there is no form $form: tree or erofs" ;;
esac
