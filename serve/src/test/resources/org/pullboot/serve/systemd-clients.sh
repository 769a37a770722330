# Runs systemd's clients against a server, in a mount namespace of its own: over the tree lie a keyring, an empty directory for
# images and what importd needs. Arguments: the tree, the work directory in it, the server's URL, "first" or "again".
# Writes a line to "results" for each: its name and its exit status.
set -u
tree=$1 work=$2 url=$3 run=$4
cd "$tree$work" || exit
for place in run dev etc/systemd; do
    mount -t tmpfs tmpfs "$tree/$place" || exit
done
mount -t proc proc "$tree/proc" || exit
mkdir -p machines "$tree/run/systemd/system" "$tree/run/dbus"
mount --bind machines "$tree/var/lib/machines" || exit
for device in "null 3" "urandom 9" "random 8"; do
    mknod -m 666 "$tree/dev/${device% *}" c 1 "${device#* }" || exit
done

in_tree() {
    name=$1 && shift
    printf '+ %s: %s\n' "$name" "$*"
    chroot "$tree" timeout 60 "$@"
    printf '%s %s\n' "$name" "$?" >>results
}
pull() { name=$1 verb=$2 mode=$3 file=$4 && shift 4 && in_tree "$name" /usr/lib/systemd/systemd-pull "$verb" --verify="$mode" "$@" "$url$file" "$name"; }
update() { in_tree "$1" /usr/lib/systemd/systemd-sysupdate --definitions="$work/definitions" update; }

cp keys/import-pubring.pgp "$tree/etc/systemd/"
if [ "$run" = again ]; then
    update update-again
    pull kept-again raw signature os.raw --keep-download=yes
    exit
fi

for mode in no checksum signature; do
    pull "raw-$mode" raw "$mode" os.raw --keep-download=no
    pull "tar-$mode" tar "$mode" tree.tar --keep-download=no
done
pull missing raw signature none.raw --keep-download=no
# As systemd-sysupdate asks for it.
in_tree directory /usr/lib/systemd/systemd-pull raw --direct --verify=signature "${url}SHA256SUMS" "$work/manifest"
update update

chroot "$tree" dbus-daemon --system --fork --nopidfile
chroot "$tree" /usr/lib/systemd/systemd-importd &
for kind in raw:os.raw tar:tree.tar; do
    in_tree "importctl-${kind%:*}" importctl "pull-${kind%:*}" --class=machine --keep-download=no --verify=signature "$url${kind#*:}" \
        "importctl-${kind%:*}"
done

cp keys/other.pgp "$tree/etc/systemd/import-pubring.pgp"
pull wrong-key raw signature os.raw --keep-download=no
pull wrong-key-checksum raw checksum os.raw --keep-download=no
cp keys/import-pubring.pgp "$tree/etc/systemd/"
pull kept raw signature os.raw --keep-download=yes
