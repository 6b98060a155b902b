import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { textOfBytes } from '../base/byte-text.ts';
import { createLinuxSyscalls } from '../sys/linux-syscalls.ts';

const sys = createLinuxSyscalls();

/**
 * Everything of a tree that a layer has, a row for each file; later names of a file are told by the first. Of the root and of whiteouts no
 * time: archives do not have it. Attributes by `isOfInterest`, all by default.
 */
export function describeTree(root: string, isOfInterest: (key: string) => boolean = () => true): string[] {
  const rows: string[] = [];
  const first = new Map<bigint, string>();
  const visit = (path: Buffer, name: string): void => {
    const stats = lstatSync(path, { bigint: true });
    const known = first.get(stats.ino);
    if (!stats.isDirectory() && stats.nlink > 1n && stats.rdev + BigInt(stats.isCharacterDevice()) !== 1n) first.set(stats.ino, known ?? name);
    const content = stats.isFile() ? createHash('sha1').update(readFileSync(path)).digest('hex') : stats.isSymbolicLink() ? linkOf(path) : '';
    const text = textOfBytes(path);
    const attributes = sys.llistxattr(text).filter(isOfInterest);
    const values = attributes.map((key) => `${key}=${Buffer.from(sys.lgetxattr(text, key)).toString('hex')}`);
    const isOwn = name !== '/' && !(stats.isCharacterDevice() && stats.rdev === 0n);
    const time = isOwn ? stats.mtimeNs : '';
    const link = known === undefined ? '' : `=${known}`;
    rows.push([name, stats.mode.toString(8), `${stats.uid}:${stats.gid}`, stats.rdev, time, link, content, ...values.sort()].join(' '));
    if (!stats.isDirectory()) return;
    for (const child of readdirSync(path, { encoding: 'buffer' }).sort((one, two) => Buffer.compare(one, two))) {
      visit(Buffer.concat([path, Buffer.from('/'), child]), `${name === '/' ? '' : name}/${textOfBytes(child)}`);
    }
  };
  visit(Buffer.from(root), '/');
  return rows;
}

function linkOf(path: Buffer): string {
  return textOfBytes(readlinkSync(path, { encoding: 'buffer' }));
}
