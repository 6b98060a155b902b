/** Programs that help to look around, where this machine has them. */
export const PROGRAMS: readonly string[] = [
  // Shells and what scripts expect.
  ...['sh', 'bash', 'env', 'printf', 'echo', 'test', 'true', 'false', 'sleep', 'date', 'uname', 'hostname', 'id', 'whoami', 'tty', 'stty', 'clear'],
  // Files.
  ...['ls', 'cat', 'head', 'tail', 'cp', 'mv', 'rm', 'ln', 'mkdir', 'rmdir', 'touch', 'chmod', 'chown', 'stat', 'du', 'df', 'readlink', 'realpath'],
  ...['basename', 'dirname', 'find', 'file', 'tar', 'gzip', 'zstd', 'xz', 'mount', 'umount', 'lsof', 'sync'],
  // Text.
  ...[
    'grep',
    'sed',
    'awk',
    'cut',
    'sort',
    'uniq',
    'wc',
    'tr',
    'tee',
    'xargs',
    'diff',
    'less',
    'more',
    'vi',
    'nano',
    'od',
    'hexdump',
    'base64',
    'sha256sum',
    'jq',
  ],
  // Processes.
  ...['ps', 'top', 'kill', 'pgrep', 'pkill', 'free', 'uptime', 'nice', 'timeout', 'nproc', 'pmap', 'strace', 'gdbserver', 'nsenter', 'chroot'],
  // Networks.
  ...['ip', 'ss', 'ping', 'curl', 'wget', 'nc', 'dig', 'nslookup', 'host', 'traceroute', 'tcpdump', 'openssl', 'httpd'],
];

/** Those of them that a busybox with everything in it can be, where this machine has no program of the name. */
export const APPLETS: ReadonlySet<string> = new Set([
  ...['sh', 'clear', 'find', 'tar', 'gzip', 'grep', 'sed', 'awk', 'less', 'more', 'vi', 'hexdump', 'ps', 'top', 'kill', 'pgrep', 'pkill', 'free', 'uptime'],
  ...['ip', 'ping', 'wget', 'nc', 'nslookup', 'traceroute', 'httpd', 'hostname', 'ls', 'cat', 'head', 'tail', 'cp', 'mv', 'rm', 'ln', 'mkdir', 'rmdir'],
  ...[
    'touch',
    'chmod',
    'chown',
    'stat',
    'du',
    'df',
    'readlink',
    'realpath',
    'basename',
    'dirname',
    'mount',
    'umount',
    'cut',
    'sort',
    'uniq',
    'wc',
    'tr',
    'tee',
  ],
  ...['xargs', 'od', 'base64', 'sha256sum', 'env', 'printf', 'echo', 'test', 'true', 'false', 'sleep', 'date', 'uname', 'id', 'whoami', 'tty', 'stty', 'lsof'],
]);

/** Other files that those programs read: keys of authorities, what a terminal can do. */
export const DATA_FILES: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/lib/terminfo/x/xterm-256color',
  '/usr/share/terminfo/x/xterm-256color',
  '/lib/terminfo/x/xterm',
  '/usr/share/terminfo/x/xterm',
];

/** Libraries that none of them names but the C library loads when it looks up a user or a host. */
export const LOADED_LATER: readonly string[] = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2'];
