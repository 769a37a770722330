#!/usr/bin/env bash
# unpack-kernel.sh TREE PACKAGE [slim]: a customize hook of mmdebstrap. Unpacks the files of a kernel package, and of the
# packages it consists of, into the tree without installing them: no initramfs is made, which takes a minute and is not wanted
# here. slim: without the drivers of hardware that is in no virtual machine, two thirds of it all.
set -euo pipefail
tree=$1 package=$2 slim=${3:-}
export APT_CONFIG=$MMDEBSTRAP_APT_CONFIG

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
parts=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances "$package" |
    grep -E '^linux-(image|binary|modules|base)-[0-9]' | sort -u)
# shellcheck disable=SC2086 # one word a package
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download $parts)
for part in "$work"/*.deb; do
    # A tar with ./lib in it must not replace the link that lib is in a merged tree.
    dpkg-deb --fsys-tarfile "$part" | tar -x -C "$tree" --keep-directory-symlink --exclude='./usr/share/doc*' --exclude='./usr/share/lintian*'
done
for modules in "$tree"/usr/lib/modules/*; do
    if [[ $slim ]]; then
        rm -rf "$modules"/kernel/{sound,net/{ceph,sctp,tipc,openvswitch,sched,netfilter,ipv4/netfilter,ipv6/netfilter,bridge,9p}} \
            "$modules"/kernel/drivers/{infiniband,gpu,hid,input,target,vfio,dax,nvdimm,usb,char/ipmi,i2c,misc,hwmon,edac,media,md/bcache,md/raid456.ko,comedi,vhost,tty} \
            "$modules"/kernel/arch/x86/kvm \
            "$modules"/kernel/fs/{ceph,nfs,nfsd,smb,ocfs2,gfs2,dlm,jfs,f2fs,nilfs2,ntfs3,reiserfs,btrfs,xfs,afs,udf,orangefs,ubifs,bcachefs}
        find "$modules/kernel/drivers/net" -mindepth 1 -maxdepth 1 -type d -exec rm -rf {} +
    fi
    chroot "$tree" depmod "${modules##*/}"
done
