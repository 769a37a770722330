# Adds a boot entry with the pullboot on this disk and shows what efibootmgr and kernel-bootcfg make of it.
# shellcheck shell=sh
tell() {
    while IFS= read -r text; do
        say "entry $text"
    done
}
mountpoint -q /sys/firmware/efi/efivars || mount -t efivarfs efivarfs /sys/firmware/efi/efivars
/mnt/java/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -cp '/mnt/lib/*' org.pullboot.cli.Pullboot \
    boot add "$url" --profile 2 --once --title 'Pullboot rescue' 2>&1 | tell
efibootmgr -v 2>&1 | tell
# The tools of the second disk, in a system of their own.
mkdir /run/tools
mount -t erofs -o ro /dev/vdb /run/tools
mount --rbind /sys /run/tools/sys
# With line numbers, as a report has no line twice.
chroot /run/tools kernel-bootcfg --show --verbose 2>&1 | nl -b a -w 1 -s ' ' | while IFS= read -r text; do
    say "bootcfg $text"
done
