#!/usr/bin/env bash
# verity.sh KIND: prints the path of a disk image of the system that os-tree.sh makes of KIND, in which the root is protected by
# dm-verity: the partitions' UUIDs are the two halves of the root hash, and a third has a signature of it with a key that no kernel knows.
# Its systemd merges the extensions that it is given.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"
kind=${1:?trixie or sid}
need mkfs.erofs veritysetup sfdisk openssl

tree=$("$here/os-tree.sh" "$kind")
mebibyte=1048576

make_image() {
    local image=$1 work=$1.d unit size hash_size hash
    mkdir "$work"
    cp -a --reflink=auto "$tree" "$work/tree"
    for unit in systemd-sysext systemd-confext; do
        ln -s "/usr/lib/systemd/system/$unit.service" "$work/tree/etc/systemd/system/sysinit.target.wants/"
    done
    mkfs.erofs -zlz4 --quiet -T 1767225600 -U 5d2c7a0e-1111-4222-8333-94a5b6c7d805 "$work/data" "$work/tree" >/dev/null
    hash=$(veritysetup format --uuid=5d2c7a0e-1111-4222-8333-94a5b6c7d806 --salt="$(printf '5a%.0s' {1..32})" "$work/data" "$work/hashes" |
        awk '/^Root hash:/ { print $3 }')
    [[ $hash =~ ^[0-9a-f]{64}$ ]] || die "veritysetup says no root hash"
    (
        cd "$work"
        openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out certificate -subj /CN=unknown -days 36500 2>/dev/null
        printf %s "$hash" | openssl smime -sign -noattr -binary -nocerts -inkey key -signer certificate -outform der -out signature
        printf '{"rootHash":"%s","signature":"%s"}' "$hash" "$(base64 -w0 signature)" >json
    )
    size=$(($(stat -c %s "$work/data") / mebibyte + 1))
    hash_size=$(($(stat -c %s "$work/hashes") / mebibyte + 1))
    truncate -s $((size + hash_size + 3))M "$image"
    sfdisk --quiet "$image" <<END
label: gpt
label-id: 8C5CE4A2-53A6-4B5C-8E7C-0F2A1B6D5E02
start=1MiB, size=${size}MiB, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, name=root, uuid=$(uuid "${hash:0:32}")
start=$((size + 1))MiB, size=${hash_size}MiB, type=2C7357ED-EBD2-46D9-AEC1-23D437EC2BF5, name=root-verity, uuid=$(uuid "${hash:32}")
start=$((size + hash_size + 1))MiB, size=1MiB, type=41092B05-9FC8-4523-994F-2DEF0408B176, name=root-verity-sig
END
    dd if="$work/data" of="$image" bs=1M seek=1 conv=notrunc,sparse status=none
    dd if="$work/hashes" of="$image" bs=1M seek=$((size + 1)) conv=notrunc,sparse status=none
    dd if="$work/json" of="$image" bs=1M seek=$((size + hash_size + 1)) conv=notrunc status=none
    rm -rf --one-file-system "$work"
}

uuid() {
    printf '%s\n' "$1" | sed -E 's/(.{8})(.{4})(.{4})(.{4})/\1-\2-\3-\4-/'
}

build_once "$kind-verity-$(recipe_key "${tree##*/}" "$here/verity.sh").raw" make_image
