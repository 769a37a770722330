# Says what of the image is protected, and what the extensions brought.
# shellcheck shell=sh
for device in /sys/block/dm-*; do
    [ -e "$device" ] && say "mapped $(cat "$device/dm/name") $(cat "$device/dm/uuid") $(cat "$device/ro")"
done
say "lower $(grep ' /run/pullboot/lower ' /proc/mounts)"
say "sysext $(cat /usr/share/pullboot-sysext 2>&1)"
say "confext $(cat /etc/pullboot-confext 2>&1)"
say "kept $(cat /var/lib/confexts/kept/etc/pullboot-kept 2>&1)"
for directory in /run/extensions /run/confexts /var/lib/confexts; do
    say "directory $directory $(stat -c '%a %U' "$directory" 2>&1): $(ls "$directory" 2>&1)"
done
