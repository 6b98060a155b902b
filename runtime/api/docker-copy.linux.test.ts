import { spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBusyboxArchive } from '../testkit/image-archives.ts';
import { RealEngine } from '../testkit/real-engine.ts';

const canRun = process.getuid?.() === 0 && spawnSync('docker', ['--version']).status === 0;
if (!canRun) console.warn('skipped: needs root and the docker CLI');

const IMAGE = 'demo/busybox:1';

let engine: RealEngine;
let here: string;
let numbers = 0;

beforeAll(async () => {
  if (!canRun) return;
  engine = await RealEngine.start();
  here = engine.directory;
  await makeBusyboxArchive(join(here, 'busybox.tar'), IMAGE);
  await docker('load', '-q', '-i', join(here, 'busybox.tar'));
});
afterAll(async () => {
  if (canRun) await engine[Symbol.asyncDispose]();
});

/** Throws unless it succeeds. */
async function docker(...args: string[]): Promise<string> {
  const { code, out, err } = await engine.docker(args);
  if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${code} ${err}`);
  return out;
}

/** A place of its own on the host. */
function place(): string {
  const path = join(here, `place-${++numbers}`);
  mkdirSync(path);
  return path;
}

async function withContainer(options: string[], script: string, use: (name: string) => Promise<void>): Promise<void> {
  const name = `copy-${++numbers}`;
  await docker('run', '-d', '--name', name, '--network', 'none', ...options, IMAGE, 'sh', '-c', `${script}; echo ready; exec sleep 1000`);
  try {
    while (!(await docker('logs', name)).includes('ready'));
    await use(name);
  } finally {
    await docker('rm', '-f', name);
  }
}

describe.skipIf(!canRun)('docker cp', () => {
  it('copies a file out of a running, a paused, a stopped and a created container', async () => {
    await withContainer([], 'echo content > /root/file; chmod 640 /root/file; chown 7:8 /root/file', async (name) => {
      const to = place();
      await docker('cp', `${name}:/root/file`, join(to, 'running'));
      await docker('pause', name);
      await docker('cp', `${name}:/root/file`, join(to, 'paused'));
      await docker('unpause', name);
      await docker('kill', name);
      await docker('cp', '-a', `${name}:/root/file`, join(to, 'stopped'));
      expect(['running', 'paused', 'stopped'].map((file) => readFileSync(join(to, file), 'utf8'))).toEqual(['content\n', 'content\n', 'content\n']);
      expect(lstatSync(join(to, 'stopped')).mode & 0o7777).toBe(0o640);
      const tar = spawnSync('docker', ['cp', `${name}:/root/file`, '-'], { env: engine.dockerEnvironment });
      expect(spawnSync('tar', ['-tv', '--numeric-owner'], { input: tar.stdout }).stdout.toString()).toMatch(/^-rw-r----- 7\/8 +8 .* file\n$/);
    });
    await docker('create', '--name', 'created', '--network', 'none', IMAGE);
    const to = place();
    await docker('cp', 'created:/etc/passwd', to);
    expect(readFileSync(join(to, 'passwd'), 'utf8')).toMatch(/^root:/);
    await docker('rm', 'created');
  });

  it('copies a directory, or with /. what is in it, and trees into the container', async () => {
    await withContainer([], 'mkdir -p /data/sub; echo one > /data/one; ln -s one /data/link; ln /data/one /data/hard; mkfifo /data/sub/fifo', async (name) => {
      const to = place();
      await docker('cp', `${name}:/data`, to);
      await docker('cp', `${name}:/data/.`, join(to, 'inside'));
      for (const tree of ['data', 'inside']) {
        expect(readdirSync(join(to, tree)).sort()).toEqual(['hard', 'link', 'one', 'sub']);
        expect(readlinkSync(join(to, tree, 'link'))).toBe('one');
        expect(lstatSync(join(to, tree, 'hard')).ino).toBe(lstatSync(join(to, tree, 'one')).ino);
      }
      const from = place();
      mkdirSync(join(from, 'tree/deep'), { recursive: true });
      writeFileSync(join(from, 'tree/deep/file'), 'x'.repeat(300_000));
      chmodSync(join(from, 'tree/deep/file'), 0o4755);
      await docker('cp', join(from, 'tree'), `${name}:/srv`);
      await docker('cp', join(from, 'tree'), `${name}:/tmp`);
      await docker('cp', `${join(from, 'tree')}/.`, `${name}:/root`);
      const seen = await docker('exec', name, 'sh', '-c', 'stat -c "%n %s %a" /srv/deep/file /tmp/tree/deep/file /root/deep/file');
      expect(seen).toBe('/srv/deep/file 300000 4755\n/tmp/tree/deep/file 300000 4755\n/root/deep/file 300000 4755\n');
    });
  });

  it('reads a tar from stdin and writes one to stdout', async () => {
    await withContainer([], 'echo there > /root/file', async (name) => {
      const from = place();
      writeFileSync(join(from, 'in'), 'from a tar');
      for (const [option, target] of [
        ['-c', '/tmp'],
        ['-cz', '/root'],
        ['--zstd', '/home'],
      ] as const) {
        const tar = spawnSync('tar', [...(option === '--zstd' ? ['--zstd', '-c'] : [option]), '-C', from, 'in']);
        expect(tar.status).toBe(0);
        const piped = spawnSync('docker', ['cp', '-', `${name}:${target}`], { env: engine.dockerEnvironment, input: tar.stdout });
        expect(piped.stderr.toString()).toBe('');
        expect(await docker('exec', name, 'cat', `${target}/in`)).toBe('from a tar');
      }
      const out = spawnSync('docker', ['cp', `${name}:/root/file`, '-'], { env: engine.dockerEnvironment });
      expect(spawnSync('tar', ['-xO'], { input: out.stdout }).stdout.toString()).toBe('there\n');
    });
  });
});
