# run-cases.sh GENERATOR CASES: runs a generator for each case, in a mount namespace whose /sys has the case's variables.
# A case is a directory with cmdline, initrd (0 or 1), creds/ and sys/; it gets normal/, log and status.
mount -t tmpfs tmpfs /sys
for case in "$2"/*; do
    rm -rf /sys/*
    cp -r "$case/sys/." /sys/
    mkdir "$case/normal"
    SYSTEMD_PROC_CMDLINE=$(cat "$case/cmdline") SYSTEMD_IN_INITRD=$(cat "$case/initrd") CREDENTIALS_DIRECTORY=$case/creds \
        "$1" "$case/normal" "$case/normal" "$case/normal" 2>"$case/log"
    echo $? >"$case/status"
done
