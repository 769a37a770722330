# When the packaged generator makes units, and how long it takes.
g=/usr/lib/systemd/system-generators/pullboot-generator
export SYSTEMD_PROC_CMDLINE="systemd.pull=raw,machine:a:http://h/x"
units() { mkdir -p /tmp/u; "$@" /tmp/u /tmp/u /tmp/u || echo status $?; find /tmp/u -name "systemd-import@*.service" -type f -printf "%f "; rm -rf /tmp/u; }
echo "own $(units $g)"
up=/usr/lib/systemd/system-generators/systemd-import-generator
printf '#!/bin/sh\n' >$up; chmod 755 $up
echo "systemd's $(units $g)"
mkdir -p /etc/systemd/system-generators
ln -s /dev/null /etc/systemd/system-generators/systemd-import-generator
echo "masked $(units $g)"
ln -sf $g /etc/systemd/system-generators/systemd-import-generator
echo "linked $(units /etc/systemd/system-generators/systemd-import-generator)"
echo "beside-linked $(units $g)"
rm $up /etc/systemd/system-generators/systemd-import-generator
unset SYSTEMD_PROC_CMDLINE
mkdir /tmp/encrypted
echo "tar,sysext:secret:http://h/x" | systemd-creds encrypt --with-key=host --name=import.pull - /tmp/encrypted/import.pull
export ENCRYPTED_CREDENTIALS_DIRECTORY=/tmp/encrypted
echo "encrypted $(units $g)"
echo spoilt >/tmp/encrypted/import.pull
echo "spoilt $(units $g 2>&1 | tr "\n" " ")"
rm /tmp/encrypted/import.pull

# The best of five, in milliseconds.
quickest() {
    for _ in 1 2 3 4 5; do
        start=$(date +%s%N)
        units "$1" >/dev/null
        echo $((($(date +%s%N) - start) / 1000000))
    done | sort -n | head -n 1
}
echo "nothing-to-pull-ms $(quickest $g)"
export SYSTEMD_PROC_CMDLINE="systemd.pull=raw,machine:a:http://h/x"
echo "a-pull-ms $(quickest $g)"
