import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';

const APPLETS = `sh ls cat echo true false sleep id env pwd mount umount hostname ps kill touch rm mkdir stat readlink head tail wc seq yes dd
chmod grep test printf nc ping ip df stty tty date mknod usleep timeout ln chown unshare`.split(/\s+/);

/** Fills `directory` with a small root file system of busybox, users and some programs that cannot be run. */
export function makeRootfs(directory: string): void {
  for (const name of ['bin', 'etc', 'tmp', 'root', 'proc', 'sys', 'dev', 'srv', 'var']) mkdirSync(`${directory}/${name}`, { recursive: true });
  copyFileSync('/bin/busybox', `${directory}/bin/busybox`);
  for (const applet of APPLETS) symlinkSync('busybox', `${directory}/bin/${applet}`);
  writeFileSync(`${directory}/etc/passwd`, 'root:x:0:0:root:/root:/bin/sh\nweb:x:33:33::/srv:/bin/sh\n');
  writeFileSync(`${directory}/etc/group`, 'root:x:0:\nweb:x:33:\nextra:x:44:web\n');
  writeFileSync(`${directory}/bin/plain`, 'not a program', { mode: 0o644 });
  writeFileSync(`${directory}/bin/foreign`, foreignProgram(), { mode: 0o755 });
  mkdirSync(`${directory}/private`, { mode: 0o700 });
}

/** The head of an ELF file for a machine nobody has (EM_S390 in 64 bits, little endian). */
function foreignProgram(): Buffer {
  const head = Buffer.alloc(256);
  head.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  head.writeUInt16LE(2, 16);
  head.writeUInt16LE(22, 18);
  return head;
}
