import { closeSync, openSync, writeSync } from 'node:fs';

export type CpioEntry = { readonly path: string; readonly mode: number } & (
  | { readonly kind: 'file'; readonly data: Uint8Array }
  | { readonly kind: 'directory' }
  | { readonly kind: 'link'; readonly target: string }
);

const KIND = { file: 0o100000, directory: 0o040000, link: 0o120000 } as const;

/**
 * Writes an initramfs to `file`: the "newc" form of cpio, everything owned by root. Directories above an entry must come before it.
 * Documentation/driver-api/early-userspace/buffer-format.rst.
 */
export function writeCpio(file: string, entries: Iterable<CpioEntry>): void {
  const fd = openSync(file, 'w');
  try {
    let inode = 1;
    for (const entry of entries) {
      const data = entry.kind === 'file' ? entry.data : Buffer.from(entry.kind === 'link' ? entry.target : '');
      writeEntry(fd, entry.path.replace(/^\//, ''), KIND[entry.kind] | entry.mode, inode++, data);
    }
    writeEntry(fd, 'TRAILER!!!', 0, 0, new Uint8Array());
  } finally {
    closeSync(fd);
  }
}

function writeEntry(fd: number, name: string, mode: number, inode: number, data: Uint8Array): void {
  const nameBytes = Buffer.from(`${name}\0`);
  const [links, time, owner, device, check] = [1, 0, 0, 0, 0];
  const fields = [inode, mode, owner, owner, links, time, data.length, device, device, device, device, nameBytes.length, check];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
  writeWhole(fd, Buffer.concat([Buffer.from(header), nameBytes, padding(header.length + nameBytes.length)]));
  writeWhole(fd, data);
  writeWhole(fd, padding(data.length));
}

/** Names and contents begin at multiples of four. */
function padding(length: number): Uint8Array {
  return new Uint8Array((4 - (length % 4)) % 4);
}

function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}
