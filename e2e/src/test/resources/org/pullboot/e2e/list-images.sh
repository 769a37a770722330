# What a host says of the images that it pulled when it booted.
list() {
    word=$1
    shift
    "$@" 2>&1 | while read -r line; do
        say "$word $line"
    done
}
list machine machinectl list-images --no-legend --no-pager
list portable portablectl list --no-legend --no-pager
for unit in /run/systemd/generator/systemd-import@*.service; do
    unit=${unit##*/}
    say "unit $unit $(systemctl show --property=LoadState,Result,ExecMainStatus,NRestarts "$unit" | tr '\n' ' ')"
    list said journalctl --no-pager --quiet --output=cat --unit="$unit"
done
say "refused $(dmesg | grep -c 'pullboot-generator.*not a URL')"
say "imports $(systemctl show --property=FragmentPath,ActiveState imports.target | tr '\n' ' ')"
say "order $(systemctl show --property=After --value sysinit.target | tr ' ' '\n' | grep -c '^imports.target$')"
say "cycles $(journalctl --no-pager --quiet --boot --grep='ordering cycle' | wc -l)"
say "raw $(sha256sum </var/lib/portables/hello.raw)"
say "tree $(cat '/run/machines/bureau 1/etc/hostname')"
udevadm settle
say "loop $(readlink -f /dev/disk/by-loop-ref/hello.raw) $(losetup --noheadings --output BACK-FILE "$(readlink -f /dev/disk/by-loop-ref/hello.raw)")"
say "twice $(systemctl restart systemd-import@var-lib-portables-hello.raw.service 2>&1; systemctl show --property=ConditionResult --value systemd-import@var-lib-portables-hello.raw.service)"
if portablectl attach --runtime --now --profile=trusted hello >/run/attach 2>&1; then
    list attached systemctl is-active hello.service
else
    list attached cat /run/attach
fi
