# in-packaged.sh TREE SCRATCH SCRIPT: runs a script in a tree that it can change without changing it. In a mount namespace of its own.
set -eu
mount -t tmpfs tmpfs "$2"
mkdir "$2/upper" "$2/work" "$2/root"
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
mount -t proc proc "$2/root/proc"
chroot "$2/root" bash -euc "$3"
