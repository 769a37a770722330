# In $1: extracts honest/NAME.tar to theirs/NAME as GNU tar does, unpacks the layouts of layers/NAME to theirs/layers-NAME as umoci does,
# and lists what is in each directory of theirs and ours.
cd "$1"
mkdir -p theirs
for archive in honest/*.tar; do
    name=$(basename "$archive" .tar)
    mkdir "theirs/$name"
    tar --numeric-owner --xattrs --xattrs-include='*' --acls -xpf "$archive" -C "theirs/$name" || echo "!theirs/$name tar failed"
done
for layout in layers/*; do
    [ -d "$layout" ] || continue
    name=layers-$(basename "$layout")
    umoci raw unpack --image "$layout:1" "theirs/$name" >/dev/null || echo "!theirs/$name umoci failed"
done
for directory in theirs/* ours/*; do
    echo "=$directory"
    (
        cd "$directory"
        # Directories that no entry names have the time at which they were made.
        find . -mindepth 1 -printf '%P %y %m %U:%G %n %s %l ' \( -type d -newermt @4200000000 -o -type d -newermt @1600000000 -printf 'new\n' -o -printf '%T@\n' \) |
            sed -E 's/^(.* d [0-7]+ [0-9:]+ )[0-9]+ [0-9]+ /\1/' | LC_ALL=C sort
        find . -type f -size -64M -exec sha256sum '{}' + | LC_ALL=C sort
        find . \( -type c -o -type b \) -exec stat -c '%n %Hr:%Lr' '{}' + | LC_ALL=C sort
        find . -mindepth 1 -print0 | LC_ALL=C sort -z | xargs -0r getfattr -P -h -d -m - -e hex --absolute-names 2>/dev/null
    ) | tr -d '\0' | grep -av '^$'
done
exit 0
