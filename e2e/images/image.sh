#!/usr/bin/env bash
# image.sh KIND FORM: prints the path of an image of the system that os-tree.sh makes for KIND.
#   raw           GPT with one root partition (Discoverable Partitions), ext4
#   raw.zst raw.xz   the same, compressed; xz in several blocks
#   tar tar.zst   the tree
#   erofs squashfs   a bare file system
# KIND big: the bench image with a second partition of files, 1.2 GiB in all; raw and raw.zst only.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"
kind=${1:?small, trixie, sid, bench or big} form=${2:?raw, raw.zst, raw.xz, tar, tar.zst, erofs or squashfs}
case $form in
raw | raw.zst | raw.xz | tar | tar.zst | erofs | squashfs) ;;
*) die "there is no form $form: raw, raw.zst, raw.xz, tar, tar.zst, erofs or squashfs" ;;
esac
need sfdisk sgdisk mkfs.ext4 zstd xz tar mkfs.erofs mksquashfs

tree=$("$here/os-tree.sh" "${kind/big/bench}")
key=$(recipe_key "${tree##*/}" "$here/image.sh")
mebibyte=1048576
root_type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709

make_raw() {
    local image=$1 size data
    data=$(du -s --block-size=$mebibyte "$tree" | cut -f1)
    size=$((data + data / 12 + 16))
    # As large as an image for one of the measurements has to be, at the least.
    [[ $kind != bench || $size -ge 448 ]] || size=448
    truncate -s $((size + 2))M "$image"
    sfdisk --quiet "$image" <<END
label: gpt
label-id: 8C5CE4A2-53A6-4B5C-8E7C-0F2A1B6D5E01
start=2048, size=$((size * 2048)), type=$root_type, name=root, uuid=3E0B6C1D-77D2-4C0A-9D11-6E2F3A4B5C02
END
    E2FSPROGS_FAKE_TIME=1767225600 mkfs.ext4 -q -F -d "$tree" -L root -m 0 -O ^has_journal,^resize_inode \
        -U 5d2c7a0e-1111-4222-8333-94a5b6c7d803 -E "offset=$mebibyte,hash_seed=5d2c7a0e-1111-4222-8333-94a5b6c7d803,lazy_itable_init=0" \
        "$image" ${size}M
}

# Files of three systems make the second partition: they compress as what people pull does.
make_big() {
    local image=$1 root files end
    root=$("$here/image.sh" bench raw)
    files=$image.files
    cat "$("$here/image.sh" bench tar)" "$("$here/image.sh" small tar)" "$("$here/image.sh" trixie tar)" >"$files"
    end=$(($(stat -c %s "$root") / mebibyte))
    cp --sparse=always "$root" "$image"
    truncate -s $((end + ($(stat -c %s "$files") + 2 * mebibyte) / mebibyte))M "$image"
    dd if="$files" of="$image" bs=1M seek="$end" conv=notrunc,sparse status=none
    rm "$files"
    sgdisk --move-second-header --new=2:${end}M:0 --typecode=2:0FC63DAF-8483-4772-8E79-3D69D8477DE4 "$image" >/dev/null
}

make_form() {
    local out=$1
    case $form in
    raw) if [[ $kind == big ]]; then make_big "$out"; else make_raw "$out"; fi ;;
    raw.zst) zstd -q -T0 -9 -f -o "$out" "$("$here/image.sh" "$kind" raw)" ;;
    raw.xz) xz -T0 -3 --block-size=16MiB -c "$("$here/image.sh" "$kind" raw)" >"$out" ;;
    tar) tar -C "$tree" --sort=name --numeric-owner --xattrs --xattrs-include='*' -cf "$out" . ;;
    tar.zst) zstd -q -T0 -9 -f -o "$out" "$("$here/image.sh" "$kind" tar)" ;;
    erofs) mkfs.erofs -zlz4 --quiet -T 1767225600 -U 5d2c7a0e-1111-4222-8333-94a5b6c7d804 "$out" "$tree" >/dev/null ;;
    squashfs) mksquashfs "$tree" "$out" -quiet -no-progress -comp zstd -Xcompression-level 6 -mkfs-time 1767225600 ;;
    esac
}

build_once "$kind-$key.$form" make_form
