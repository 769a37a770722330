#!/usr/bin/env bash
# unpack-stub.sh TREE ARCHITECTURE: a customize hook of mmdebstrap. Puts the EFI stubs of another architecture beside those of
# the tree's own, without installing them.
set -euo pipefail
tree=$1 architecture=$2
export APT_CONFIG=$MMDEBSTRAP_APT_CONFIG

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "systemd-boot-efi:$architecture")
dpkg-deb --fsys-tarfile "$work"/*.deb | tar -x -C "$tree" --keep-directory-symlink --wildcards './usr/lib/systemd/boot/efi/*.stub'
