#!/bin/busybox sh
# First process of the guest: mounts, modules, then the checks. Whatever happens, the machine is switched off.
export PATH=/bin
if [ "$1" != moved ]; then
  /bin/busybox --install -s /bin
  # The kernel pivots no process away from the first file system itself, but does from a mount of it.
  mount --bind / /mnt
  cd /mnt
  mount --move . /
  exec chroot . /init moved
fi
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts dev /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t tmpfs tmpfs /run
for module in $(cat /modules.list); do insmod "$module" || echo "init: $module cannot be loaded"; done
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ip link set lo up
. /environment
export NO_COLOR=1
node "$CHECKS" >/dev/ttyS1
echo "init: the checks ended with $?"
sync
reboot -f
