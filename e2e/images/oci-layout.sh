#!/usr/bin/env bash
# oci-layout.sh KIND: prints the path of an OCI layout, tag 13: the tree that os-tree.sh makes for KIND as one layer, and one upon it that
# replaces a file, takes one away, empties a directory, and adds what /usr/lib/pullboot-e2e/nvme says on the console.
# oci-layout.sh extra: a layout of one file, no system.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"
kind=${1:?a kind of os-tree.sh, or extra}
need zstd tar gzip

# blob FILE TYPE MORE: moves it to where its digest says, and prints its descriptor.
blob() {
    local digest size
    digest=$(sha256sum <"$1" | cut -d' ' -f1)
    size=$(stat -c %s "$1")
    mv "$1" "blobs/sha256/$digest"
    printf '{"mediaType":"application/vnd.oci.image.%s","digest":"sha256:%s","size":%s%s}' "$2" "$digest" "$size" "${3:-}"
}

diff_id() { printf '"sha256:%s"' "$(sha256sum | cut -d' ' -f1)"; }

# layout DIR: of the layers that are in it already, as layer.N.tar and perhaps layer.N.tar.zst
layout() {
    cd "$1"
    mkdir -p blobs/sha256
    local ids='' layers='' number=0 architecture
    architecture=$(dpkg --print-architecture)
    while [[ -e layer.$number.tar ]]; do
        ids+=${ids:+,}$(diff_id <"layer.$number.tar")
        if [[ -e layer.$number.tar.zst ]]; then
            rm "layer.$number.tar"
            layers+=${layers:+,}$(blob "layer.$number.tar.zst" layer.v1.tar+zstd)
        else
            gzip -n "layer.$number.tar"
            layers+=${layers:+,}$(blob "layer.$number.tar.gz" layer.v1.tar+gzip)
        fi
        number=$((number + 1))
    done
    printf '{"architecture":"%s","os":"linux","config":{"Entrypoint":["/sbin/init"]},"rootfs":{"type":"layers","diff_ids":[%s]}}' \
        "$architecture" "$ids" >config
    printf '{"schemaVersion":2,"config":%s,"layers":[%s]}' "$(blob config config.v1+json)" "$layers" >manifest
    printf '{"schemaVersion":2,"manifests":[%s]}' "$(blob manifest manifest.v1+json \
        ',"annotations":{"org.opencontainers.image.ref.name":"13"}')" >index.json
    printf '{"imageLayoutVersion":"1.0.0"}' >oci-layout
}

pack() { tar -C "$1" --sort=name --numeric-owner --owner=0 --group=0 --mtime=@1767225600 -cf "$2" .; }

make_layout() {
    local out=$1 files
    mkdir -p "$out/files"
    files=$out/files
    if [[ $kind == extra ]]; then
        echo 'an extra image' >"$files/extra"
        pack "$files" "$out/layer.0.tar"
    else
        ln -f "$("$here/image.sh" "$kind" tar)" "$out/layer.0.tar"
        ln -f "$("$here/image.sh" "$kind" tar.zst)" "$out/layer.0.tar.zst"
        mkdir -p "$files/etc/apt/apt.conf.d" "$files/usr/lib/pullboot-e2e"
        echo oci >"$files/etc/pullboot-e2e-generation"
        : >"$files/etc/.wh.issue"
        : >"$files/etc/apt/apt.conf.d/.wh..wh..opq"
        cat >"$files/usr/lib/pullboot-e2e/nvme" <<'END'
#!/bin/sh
echo "PULLBOOT-E2E layers issue $(ls -d /etc/issu[e] 2>/dev/null | wc -l) conf $(ls /etc/apt/apt.conf.d | wc -l) whiteouts $(find /etc -name '.wh.*' | wc -l)"
echo "PULLBOOT-E2E extra $(cat /run/portables/extra/extra 2>&1)"
END
        chmod 755 "$files/usr/lib/pullboot-e2e/nvme"
        pack "$files" "$out/layer.1.tar"
    fi
    rm -r "$files"
    (layout "$out")
}

base=$kind
[[ $kind == extra ]] || base=$("$here/os-tree.sh" "$kind")
build_once "oci-$kind-$(recipe_key "${base##*/}" "$here/oci-layout.sh")" make_layout
