# In $1: archives of the odd but honest things that only a real tar makes, as honest/NAME.tar.
set -e
cd "$1"
mkdir -p tree honest
cd tree
echo text >plain
ln plain hard
ln -s plain soft
ln -s /absolute/place absolute
mkdir -p deep/er/still sticky
chmod 1777 sticky
echo below >deep/er/still/below
echo suid >suid
chmod 6755 suid
chown 4294967294:4294967294 soft -h
echo big-ids >big-ids
chown 3000000:70000 big-ids
mknod null c 1 3
mknod wide b 259 1048575
mkfifo pipe
echo cap >capable
setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 capable
echo noted >noted
setfattr -n user.note -v "$(printf 'a=b%%\nc')" noted
setfattr -n user.empty noted
setfattr -n 'user.od=d%name' -v x noted
setfattr -n trusted.secret -v 0x0001ff deep
echo ruled >ruled
setfacl -m u:1000:r--,g:5:rw-,m::rw- ruled
mkdir inherited
setfacl -m u:7:rwx -d -m u:1000:rwx,g:5:r-x inherited
long=$(printf 'l%.0s' $(seq 200))
mkdir "$long"
echo long >"$long/$long"
ln -s "$long/$long" "to-long"
ln "$long/$long" "hard-to-$long"
printf 'x' >"$(printf 'odd\377\001\nname')"
printf 'y' >"$(printf '\303\244\303\266 blank')"
touch -d '1901-12-14 00:00:00.5 UTC' "deep/er/still/below"
touch -d '2100-01-01 00:00:00.123456789 UTC' plain
touch -d '1969-12-31 23:59:59.999999999 UTC' capable
: >empty
truncate -s 4M hole
truncate -s 9G huge-hole
printf end | dd of=huge-hole bs=1 seek=9663676410 conv=notrunc status=none
truncate -s 1M spots
for i in $(seq 0 30); do printf '%s' $i | dd of=spots bs=1 seek=$((i * 32768)) conv=notrunc status=none; done
head -c 300000 /dev/zero >zeros
for d in sticky deep/er/still deep/er deep inherited "$long"; do touch -d @1500000000 "$d"; done

pack() { # NAME TAR-OPTION… -- FILE…
    name=$1
    shift
    tar --numeric-owner -cf "../honest/$name.tar" "$@"
}
pack pax-everything --format=pax --acls --xattrs --xattrs-include='*' --exclude=huge-hole .
pack gnu-everything --format=gnu --exclude=huge-hole --exclude=null .
pack gnu-long-names --format=gnu "$long" to-long "hard-to-$long"
pack pax-long-names --format=pax "$long" to-long "hard-to-$long"
pack ustar-plain --format=ustar empty zeros hard sticky null pipe
pack v7-plain --format=v7 empty zeros hard sticky
pack oldgnu-plain --format=oldgnu empty zeros plain hard soft null wide
pack pax-acl --format=pax --acls ruled inherited
pack pax-acl-and-attributes --format=pax --acls --xattrs --xattrs-include='*' ruled inherited noted
pack pax-attributes --format=pax --xattrs --xattrs-include='*' noted capable deep
pack pax-times --format=pax plain capable deep
pack pax-sparse-0.0 --format=pax --sparse --sparse-version=0.0 spots hole
pack pax-sparse-0.1 --format=pax --sparse --sparse-version=0.1 spots hole
pack pax-sparse-1.0 --format=pax --sparse --sparse-version=1.0 spots hole
pack pax-sparse-huge --format=pax --sparse huge-hole
pack gnu-sparse --format=gnu --sparse spots hole
pack gnu-sparse-huge --format=gnu --sparse huge-hole
pack odd-names --format=pax odd* *blank
pack gnu-odd-names --format=gnu odd* *blank
pack volume-label --format=gnu --label='a label' plain
pack multi-blocked --blocking-factor=1 --format=gnu plain empty
pack hard-links-first --format=gnu hard plain
pack absolute-names -P --format=gnu --transform='s,^,./././/,' plain
pack incremental --format=gnu --listed-incremental=../snapshot deep sticky
cp ../honest/ustar-plain.tar ../honest/trailing-zeros.tar
head -c 65536 /dev/zero >>../honest/trailing-zeros.tar
cp ../honest/ustar-plain.tar ../honest/without-blocking.tar
truncate -s "$(($(stat -c %s ../honest/without-blocking.tar) / 512 * 512))" ../honest/without-blocking.tar
for format in gnu pax; do
    tar --numeric-owner --format=$format -cf "../honest/$format-appended.tar" plain empty
    tar --numeric-owner --format=$format -rf "../honest/$format-appended.tar" plain suid
done
