import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { eventually } from '../check.ts';
import type { GuestEngine } from '../engine.ts';
import { BUSYBOX_ARCHIVE } from '../places.ts';

const EXPORTED = '/run/exported';
/** The kernel's server asks a daemon who may have what; these are its answers, for ever: exports(5) with fsid=0, insecure, async, no_root_squash. */
const ANSWERS: readonly (readonly [file: string, line: string])[] = [
  ['/proc/net/rpc/auth.unix.ip/channel', 'nfsd 127.0.0.1 2147483647 self'],
  ['/proc/net/rpc/nfsd.export/channel', `self ${EXPORTED} 2147483647 ${0x2412} 65534 65534 0`],
  ['/proc/net/rpc/nfsd.fh/channel', `self 1 \\x00000000 2147483647 ${EXPORTED}`],
];

/** Of version 4 alone: others need a port mapper. */
async function serve(): Promise<Disposable> {
  mkdirSync(EXPORTED, { recursive: true });
  chmodSync(EXPORTED, 0o755);
  writeFileSync('/etc/hosts', '127.0.0.1 localhost files.test\n');
  execFileSync('/bin/mount', ['-t', 'nfsd', 'nfsd', '/proc/fs/nfsd']);
  const settings = { versions: '-3 +4.2', nfsv4gracetime: '10', portlist: 'tcp 2049', threads: '2' };
  for (const [name, value] of Object.entries(settings)) {
    if (name === 'portlist') for (const [file, line] of ANSWERS) writeFileSync(file, `${line}\n`);
    writeFileSync(`/proc/fs/nfsd/${name}`, `${value}\n`);
  }
  // For so long a server waits for clients that had files open before it was restarted.
  await eventually('the grace period is over', () => readFileSync('/proc/fs/nfsd/v4_end_grace', 'utf8').startsWith('Y'), 90);
  return {
    [Symbol.dispose]: () => {
      writeFileSync('/proc/fs/nfsd/threads', '0\n');
      execFileSync('/bin/umount', ['/proc/fs/nfsd']);
    },
  };
}

const mounts = (): number => readFileSync('/proc/self/mountinfo', 'utf8').match(/ - nfs4? /g)?.length ?? 0;

/** Volumes on file systems of the network, which the kernel that runs the tests may not have. */
export const engineNfs: Readonly<Record<string, (engine: GuestEngine) => Promise<void>>> = {
  'mounts a volume of nfs from the first container to the last, over a crash of the engine': async (engine) => {
    await engine.load(BUSYBOX_ARCHIVE);
    using _server = await serve();
    const DriverOpts = { type: 'nfs', device: ':/', o: 'addr=files.test,vers=4.2,soft' };
    await engine.ask(201, 'POST', '/volumes/create', { Name: 'remote', DriverOpts });
    assert.equal(mounts(), 0);
    const Binds = ['remote:/data'];
    const writes = await engine.run('echo written > /data/file; stat -f -c %T /data; exec sleep 1000', { Binds });
    assert.match(await engine.said(writes, 'nfs'), /nfs/);
    assert.equal(readFileSync(`${EXPORTED}/file`, 'utf8'), 'written\n');
    writeFileSync(`${EXPORTED}/served`, 'by the server\n');
    const reads = await engine.run('cat /data/served; exec sleep 1000', { Binds: ['remote:/data:ro'] });
    await eventually('what the server has', async () => (await engine.output(reads)).includes('by the server'), 60);
    assert.equal(mounts(), 1);
    await engine.restart();
    assert.equal(mounts(), 1);
    await engine.remove(writes);
    assert.equal(
      await engine.exec(reads, 'cat /data/file; echo more > /data/file || echo kept'),
      "written\nsh: can't create /data/file: Read-only file system\nkept",
    );
    await engine.remove(reads);
    await eventually('unmounted after the last', () => mounts() === 0);
    // It is out of the table before the client has said good-bye to the server, which is waited for.
    await eventually('its place is free', () => !existsSync('/run/engine/root/volumes/.mounts/remote'), 60);
    await engine.ask(204, 'DELETE', '/volumes/remote');
    assert.equal(readFileSync(`${EXPORTED}/file`, 'utf8'), 'written\n');
  },

  'says what keeps a file system of the network from being mounted': async (engine) => {
    const refusals: readonly (readonly [options: object, text: RegExp])[] = [
      [
        { type: 'cifs', device: '//127.0.0.1/share', o: 'username=u,password=secret,vers=3.0' },
        /mount \/\/127\.0\.0\.1\/share:.*password=\*{8}.*: (connection refused|host is down)/,
      ],
      [
        { type: 'nfs', device: ':/', o: 'addr=127.0.0.1,vers=4.2,soft,retrans=0,timeo=10' },
        /data: addr=127\.0\.0\.1,.*: (connection refused|connection timed out|protocol not supported)/,
      ],
      [{ type: 'nfs', device: ':/', o: 'addr=127.0.0.1,colour=red' }, /invalid argument \(option [\\"]+o[\\"]+:/],
    ];
    for (const [DriverOpts, text] of refusals) {
      await engine.ask(201, 'POST', '/volumes/create', { Name: 'refused', DriverOpts });
      await assert.rejects(engine.run('true', { Mounts: [{ Type: 'volume', Source: 'refused', Target: '/x', VolumeOptions: { NoCopy: true } }] }), text);
      const rows = (await engine.ask(200, 'GET', '/containers/json?all=1')).json as { Id: string; Mounts: { Name: string }[] }[];
      for (const { Id, Mounts } of rows) if (Mounts.some(({ Name }) => Name === 'refused')) await engine.remove(Id);
      await engine.ask(204, 'DELETE', '/volumes/refused');
      assert.equal(mounts(), 0);
    }
  },
};
