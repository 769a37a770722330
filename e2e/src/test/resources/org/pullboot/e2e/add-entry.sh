# Adds a boot entry with the pullboot on this disk and shows what efibootmgr makes of it.
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
