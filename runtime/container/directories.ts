import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hasCode } from '../sys/errno.ts';
import type { ContainerDependencies } from './dependencies.ts';

/** Where one container's things are. */
export interface ContainerPaths {
  /** On disk; removed with the container. */
  readonly directory: string;
  readonly log: string;
  readonly hostname: string;
  readonly hosts: string;
  readonly resolvConf: string;
  /** Monitor's socket, pid and exit record of the present run. */
  readonly run: string;
}

export function pathsOf(directories: ContainerDependencies['directories'], id: string): ContainerPaths {
  const directory = `${directories.containers}/${id}`;
  return {
    directory,
    log: `${directory}/${id}-json.log`,
    hostname: `${directory}/hostname`,
    hosts: `${directory}/hosts`,
    resolvConf: `${directory}/resolv.conf`,
    // Short, because a unix socket's path has at most 107 bytes.
    run: `${directories.run}/${id.slice(0, 32)}`,
  };
}

/**
 * A layer above those of every image, with the one file by which programs find out that they run in a container. Not in the writable
 * layer: what a container changes does not include it. Idempotent.
 */
export function makeMarkLayer(directories: ContainerDependencies['directories']): void {
  const path = markLayerOf(directories);
  mkdirSync(path, { recursive: true, mode: 0o755 });
  writeFileSync(`${path}/.dockerenv`, '', { mode: 0o755 });
}

export function markLayerOf({ containers }: ContainerDependencies['directories']): string {
  return join(dirname(containers), 'mark');
}

/** Idempotent. A monitor at its end removes its own files, which can end a removal early: it is tried until nothing is there. */
export function removeRunDirectory(path: string): void {
  while (existsSync(path)) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch (error) {
      if (!hasCode(error, 'ENOTEMPTY', 'ENOENT')) throw error;
    }
  }
}
