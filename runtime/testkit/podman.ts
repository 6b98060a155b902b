import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const hasPodman = spawnSync('podman', ['--version']).status === 0;
if (!hasPodman) console.warn('skipped: podman is not installed');

/** Podman on a store of its own of plain directories: nothing is mounted, no network and no container is made. */
export interface Podman extends Disposable {
  /** Standard output. Throws with what podman says. */
  run(...args: string[]): string;
  /** Image id without algorithm, diffIDs and names. */
  image(name: string): { readonly id: string; readonly layers: readonly string[]; readonly names: readonly string[] };
  /** The merged files of an image, until it is removed. */
  filesOf(name: string): string;
}

export function openPodman(): Podman {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-podman-'));
  const places = ['root', 'runroot', 'tmpdir'].flatMap((place) => [`--${place}`, join(directory, place)]);
  const fixed = [...places, '--storage-driver=vfs', '--cgroup-manager=cgroupfs', '--events-backend=none', '--log-level=error'];
  const run = (...args: string[]): string => execFileSync('podman', [...fixed, ...args], { encoding: 'utf8', stdio: 'pipe', maxBuffer: 64 << 20 }).trim();
  return {
    run,
    image: (name) => {
      const [found] = JSON.parse(run('image', 'inspect', name)) as [{ Id: string; RootFS: { Layers?: string[] }; RepoTags: string[] }];
      return { id: found.Id, layers: found.RootFS.Layers ?? [], names: found.RepoTags };
    },
    filesOf: (name) => run('image', 'mount', name),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}
