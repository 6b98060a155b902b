import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { imageArchive, sha256 } from './image-archives.ts';

/** What images of distributions leave out to be small. */
const LEFT_OUT = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/locale/*', '/usr/share/info/*'];

/**
 * Writes a small Debian with apt, made of packages of the mirror, as an image archive of the name. The root file system takes a minute or two to make
 * and is kept in the user's cache directory for later runs.
 */
export async function makeSmallDebianArchive(path: string, name: string): Promise<void> {
  const rootfs = readFileSync(keptRootfs());
  writeFileSync(path, await imageArchive([rootfs], name, { config: { Cmd: ['bash'] } }));
}

function keptRootfs(): string {
  const directory = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'slipway');
  const excludes = LEFT_OUT.map((pattern) => `--dpkgopt=path-exclude=${pattern}`);
  // Nobody needs these files on the disk after a power cut.
  const speed = ['--dpkgopt=force-unsafe-io', '--aptopt=Acquire::Languages "none"'];
  // Holds for what is installed in the containers later, too: a mirror may fail for a moment.
  const patience = ['--aptopt=Acquire::Retries "8"'];
  const options = ['--mode=root', '--variant=apt', '--quiet', '--include=ca-certificates', ...excludes, ...speed, ...patience, 'bookworm'];
  const kept = join(directory, `debian-${sha256(Buffer.from(JSON.stringify(options))).slice(0, 12)}.tar`);
  if (existsSync(kept)) return kept;
  mkdirSync(directory, { recursive: true });
  const work = mkdtempSync(join(directory, 'debian-'));
  try {
    // In a mount namespace of its own: what it mounts while it works is nobody else's to see.
    const command = ['--mount', '--propagation', 'private', 'mmdebstrap', ...options, join(work, 'rootfs.tar')];
    execFileSync('unshare', command, { stdio: ['ignore', 'ignore', 'pipe'] });
    renameSync(join(work, 'rootfs.tar'), kept);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return kept;
}

// As a program it makes that file system ready for later.
if (import.meta.main) keptRootfs();
