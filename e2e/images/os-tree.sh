#!/usr/bin/env bash
# os-tree.sh small|bench|SUITE: prints the path of a tree with a Debian system that says on the console what it runs from
# and then powers off.
#   small  bookworm, the cloud kernel without drivers for hardware that no test has, and no unit that takes long under emulation
#   trixie, sid  the same of that suite; trixie with nvme-cli and what opens TLS for the kernel, sid with what systemd-creds needs of a TPM and
#                efibootmgr
#   bench  sid as a server would be installed: every unit and module in its place
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"
kind=${1:?small, trixie, sid or bench}

packages=systemd-sysv,udev,kmod,usr-is-merged
case $kind in
small) suite=bookworm ;;
trixie)
    suite=trixie
    packages+=,nvme-cli,ktls-utils
    ;;
sid)
    suite=sid
    packages+=,libtss2-esys-3.0.2-0t64,libtss2-mu-4.0.1-0t64,libtss2-rc0t64,libtss2-tcti-device0t64,efibootmgr
    ;;
bench)
    suite=sid
    packages+=,dbus,systemd-resolved,openssh-server,curl,python3,e2fsprogs,less,nano,procps,iproute2,ca-certificates,git,gdb
    ;;
*) die "there is no image $kind: small, trixie, sid or bench" ;;
esac

# Slow under emulation, and no test looks at them.
masked=(systemd-update-utmp.service systemd-random-seed.service systemd-hwdb-update.service systemd-journal-flush.service
    systemd-journal-catalog-update.service systemd-pstore.service systemd-binfmt.service systemd-firstboot.service
    systemd-machine-id-commit.service systemd-logind.service systemd-user-sessions.service getty.target timers.target
    e2scrub_reap.service ldconfig.service systemd-udev-settle.service)

make_tree() {
    local tree=$1 unit
    debian_tree "$suite" "$tree" --include="$packages" \
        --customize-hook="$here/unpack-kernel.sh \"\$1\" linux-image-cloud-amd64 $([[ $kind == bench ]] || echo slim)"
    cp -a --no-preserve=ownership "$here/files/." "$tree/"
    # The same bytes every time, and nothing that compresses well.
    head -c 4194304 /dev/zero | openssl enc -aes-128-ctr -K 00000000000000000000000000000001 -iv 00000000000000000000000000000000 >"$tree/usr/lib/pullboot-e2e/payload"
    echo "$kind" >"$tree/etc/pullboot-e2e-generation"
    echo "pullboot-$kind" >"$tree/etc/hostname"
    # As on any boot but the first one of an installed system.
    echo 5d2c7a0e111142228333946172b83c4d >"$tree/etc/machine-id"
    : >"$tree/etc/fstab"
    rm -rf "$tree"/etc/resolv.conf "$tree"/var/cache/apt/* "$tree"/var/lib/apt/lists/* "$tree"/var/log/*
    systemctl --quiet --root="$tree" enable pullboot-e2e.service
    if [[ $kind != bench ]]; then
        # A serial console under emulation is slow too.
        mkdir -p "$tree/etc/systemd/system.conf.d"
        printf '[Manager]\nShowStatus=no\n' >"$tree/etc/systemd/system.conf.d/quiet.conf"
        rm -rf "$tree"/usr/lib/udev/hwdb* "$tree"/usr/lib/*-linux-gnu/gconv "$tree"/usr/share/{zoneinfo,perl} "$tree"/usr/lib/*-linux-gnu/perl \
            "$tree"/boot/System.map-*
        for unit in "${masked[@]}"; do
            ln -sf /dev/null "$tree/etc/systemd/system/$unit"
        done
    fi
    chmod 755 "$tree"
    touch "$tree/usr" "$tree/etc/.updated" "$tree/var/.updated"
}

build_once "tree-$kind-$(recipe_key "$kind" "$packages" "${masked[*]}" "$here"/os-tree.sh "$here"/unpack-kernel.sh \
    "$here"/files/usr/lib/pullboot-e2e/{nvme,report} "$here"/files/etc/systemd/system/pullboot-e2e.service)" make_tree
