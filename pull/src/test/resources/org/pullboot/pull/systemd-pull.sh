# Runs in a mount namespace of its own: systemd-pull.sh TREE DIR, DIR as the tree sees it. Each line of DIR/cases is "NAME TYPE
# CLASS VERIFY URL"; what was pulled is then in DIR/NAME/theirs, and DIR/NAME/log ends with the exit status.
set -eu
tree=$1 dir=$2
mount -t proc proc "$tree/proc"
mount -t tmpfs tmpfs "$tree/run"
export SYSTEMD_OPENPGP_KEYRING=$dir/keys/trusted.pgp SYSTEMD_LOG_LEVEL=info
export dir
one() {
    /usr/lib/systemd/systemd-pull --keep-download=no --image-root="$dir/$1/theirs" --class="$3" --verify="$4" "$2" "$5" image \
        >"$dir/$1/log" 2>&1 </dev/null && echo 0 >>"$dir/$1/log" || echo $? >>"$dir/$1/log"
}
export -f one
chroot "$tree" xargs -a "$dir/cases" -P 3 -L 1 bash -c 'one "$@"' one
