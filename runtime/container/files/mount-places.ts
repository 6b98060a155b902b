/**
 * What a start makes in a container's files, where the image has it not, to mount something over. Docker keeps these in
 * a layer of their own between image and container, so that neither a difference nor a commit shows them.
 */
export const MOUNT_PLACES: readonly string[] = [
  'dev',
  'dev/console',
  'dev/mqueue',
  'dev/pts',
  'dev/shm',
  'etc',
  'etc/hostname',
  'etc/hosts',
  'etc/resolv.conf',
  'proc',
  'sys',
];
