import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AT, F, F_SEAL, FS_MAGIC, MFD, MNT, MS, O, PR, RENAME, RESOLVE, S } from './constants.ts';
import { createLinuxSyscalls } from './linux-syscalls.ts';

const sys = createLinuxSyscalls();
let directory = '';
let dirfd = -1;

beforeAll(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'syscalls-'));
  dirfd = sys.openat2(AT.FDCWD, directory, { flags: O.PATH | O.DIRECTORY });
});
afterAll(() => {
  fs.closeSync(dirfd);
  fs.rmSync(directory, { recursive: true });
});

describe('createLinuxSyscalls', () => {
  it('opens beneath a directory and refuses to leave it', () => {
    fs.writeFileSync(path.join(directory, 'file'), 'inside');
    fs.symlinkSync('/etc/hostname', path.join(directory, 'escape'));
    const fd = sys.openat2(dirfd, 'file', { flags: O.RDONLY, resolve: RESOLVE.BENEATH });
    expect(fs.readFileSync(fd, 'utf8')).toBe('inside');
    expect(fs.readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')).toMatch(/flags:\s+02\d*00000$/m);
    fs.closeSync(fd);
    expect(() => sys.openat2(dirfd, 'escape', { flags: O.RDONLY, resolve: RESOLVE.BENEATH })).toThrow(
      expect.objectContaining({ code: 'EXDEV', call: 'openat2', path: 'escape' }),
    );
    expect(() => sys.openat2(dirfd, '../x', { flags: O.RDONLY, resolve: RESOLVE.IN_ROOT })).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });

  it('refuses a path with a NUL byte instead of using its beginning', () => {
    expect(() => sys.mkdirat(dirfd, 'cut\0off', 0o755)).toThrow(expect.objectContaining({ code: 'EINVAL' }));
    expect(fs.existsSync(path.join(directory, 'cut'))).toBe(false);
  });

  it('makes, links, renames and removes entries', () => {
    sys.mkdirat(dirfd, 'd', 0o755);
    sys.symlinkat('d', dirfd, 'link');
    expect(sys.readlinkat(dirfd, 'link')).toBe('d');
    sys.mknodat(dirfd, 'fifo', S.IFIFO | 0o600, 0, 0);
    sys.linkat(dirfd, 'fifo', dirfd, 'fifo2', 0);
    sys.renameat2(dirfd, 'fifo2', dirfd, 'fifo3', RENAME.NOREPLACE);
    expect(() => sys.renameat2(dirfd, 'fifo', dirfd, 'fifo3', RENAME.NOREPLACE)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    expect(fs.statSync(path.join(directory, 'fifo3')).isFIFO()).toBe(true);
    sys.unlinkat(dirfd, 'fifo', 0);
    sys.unlinkat(dirfd, 'd', AT.REMOVEDIR);
    expect(fs.readdirSync(directory).includes('d')).toBe(false);
  });

  it('encodes device numbers beyond 8 bits', () => {
    sys.mknodat(dirfd, 'device', S.IFCHR | 0o600, 259, 70_000);
    const { rdev } = fs.lstatSync(path.join(directory, 'device'));
    expect([(rdev >> 8) & 0xfff, (rdev & 0xff) | ((rdev >>> 12) & 0xfff00)]).toEqual([259, 70_000]);
  });

  it('sets owner, mode and times, also before 1970', () => {
    fs.writeFileSync(path.join(directory, 'meta'), '');
    sys.fchownat(dirfd, 'meta', 12, 34, AT.SYMLINK_NOFOLLOW);
    sys.fchmodat(dirfd, 'meta', 0o4750);
    sys.utimensat(dirfd, 'meta', 1_500_000_000_123_456_789n, -1n, AT.SYMLINK_NOFOLLOW);
    const stat = fs.statSync(path.join(directory, 'meta'), { bigint: true });
    expect([stat.uid, stat.gid, stat.mode & 0o7777n]).toEqual([12n, 34n, 0o4750n]);
    expect([stat.atimeNs, stat.mtimeNs]).toEqual([1_500_000_000_123_456_789n, -1n]);
  });

  it('keeps extended attributes byte for byte', () => {
    const file = path.join(directory, 'attributes');
    fs.writeFileSync(file, '');
    const value = Uint8Array.of(0, 1, 255, 0);
    sys.lsetxattr(file, 'trusted.one', value);
    const fd = fs.openSync(file, 'r');
    sys.fsetxattr(fd, 'user.two', new Uint8Array());
    fs.closeSync(fd);
    expect(sys.llistxattr(file).sort()).toEqual(['trusted.one', 'user.two']);
    expect(sys.lgetxattr(file, 'trusted.one')).toEqual(value);
    expect(sys.lgetxattr(file, 'user.two')).toEqual(new Uint8Array());
    expect(() => sys.lgetxattr(file, 'user.none')).toThrow(expect.objectContaining({ code: 'ENODATA' }));
  });

  it('mounts, tells file systems apart and unmounts', () => {
    const target = path.join(directory, 'mnt');
    fs.mkdirSync(target);
    sys.mount('tmpfs', target, 'tmpfs', MS.NOSUID | MS.NODEV, 'size=64k,mode=0700');
    const fd = fs.openSync(target, 'r');
    expect(sys.fstatfsType(fd)).toBe(FS_MAGIC.TMPFS);
    fs.closeSync(fd);
    sys.umount2(target, MNT.DETACH);
    expect(() => sys.umount2(target, 0)).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  });

  it('seals memory files', () => {
    const fd = sys.memfdCreate('sealed', MFD.CLOEXEC | MFD.ALLOW_SEALING);
    fs.writeSync(fd, 'x');
    sys.fcntl(fd, F.ADD_SEALS, F_SEAL.WRITE | F_SEAL.SEAL);
    expect(sys.fcntl(fd, F.GET_SEALS, 0)).toBe(F_SEAL.WRITE | F_SEAL.SEAL);
    expect(() => fs.writeSync(fd, 'y')).toThrow(/EPERM/);
    fs.closeSync(fd);
  });

  it('signals by pidfd and says when the process is gone', () => {
    const pidfd = sys.pidfdOpen(process.pid);
    sys.pidfdSendSignal(pidfd, 0);
    fs.closeSync(pidfd);
    const pid = Number(execFileSync('/bin/sh', ['-c', 'echo $$'], { encoding: 'utf8' }));
    expect(() => sys.pidfdOpen(pid)).toThrow(expect.objectContaining({ code: 'ESRCH' }));
  });

  it('reads limits and the bounding set', () => {
    const { soft, hard } = sys.getrlimit(7);
    expect(soft > 0n && soft <= hard).toBe(true);
    expect(sys.prctl(PR.CAPBSET_READ, 0)).toBe(1);
    expect(() => sys.prctl(PR.CAPBSET_READ, 999)).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  });

  it('works in several worker threads at once', async () => {
    const module = new URL('./linux-syscalls.ts', import.meta.url).href;
    const code = `const { parentPort } = require('node:worker_threads');
      import(${JSON.stringify(module)}).then(({ createLinuxSyscalls }) => {
        const sys = createLinuxSyscalls();
        let failures = 0;
        for (let i = 0; i < 2000; i++) { try { sys.mkdirat(-100, i % 2 ? '/proc/none' : '/', 0); } catch (error) { if (error.code === (i % 2 ? 'ENOENT' : 'EEXIST')) failures++; } }
        parentPort.postMessage(failures);
      });`;
    const counts = await Promise.all(
      [1, 2, 3].map(
        () =>
          new Promise((resolve, reject) => {
            const worker = new Worker(code, { eval: true });
            worker.once('message', resolve).once('error', reject);
          }),
      ),
    );
    expect(counts).toEqual([2000, 2000, 2000]);
  });
});
