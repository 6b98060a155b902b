import { mkdirSync, statSync } from 'node:fs';
import { EngineError } from '../../base/errors.ts';
import type { BindMount, UserMount } from '../spec/user-mount.ts';

/** Throws InvalidArgument in Docker's words for a bind mount whose source must exist and does not. */
export function checkBindSources(mounts: readonly UserMount[]): void {
  for (const mount of mounts) {
    if (mount.type === 'bind' && !mount.createSource && !exists(mount)) {
      throw new EngineError('InvalidArgument', `invalid mount config for type "bind": bind source path does not exist: ${mount.source}`);
    }
  }
}

/** Makes the missing directories that `-v` asks for. */
export function makeBindSources(mounts: readonly UserMount[]): void {
  checkBindSources(mounts);
  for (const mount of mounts) {
    if (mount.type !== 'bind' || !mount.createSource || exists(mount)) continue;
    try {
      mkdirSync(mount.source, { recursive: true, mode: 0o755 });
    } catch (cause) {
      throw new EngineError('InvalidArgument', `error while creating mount source path '${mount.source}': ${(cause as Error).message}`, { cause });
    }
  }
}

function exists({ source }: BindMount): boolean {
  try {
    return statSync(source, { throwIfNoEntry: false }) !== undefined;
  } catch (cause) {
    throw new EngineError('InvalidArgument', `invalid mount config for type "bind": ${(cause as Error).message}`, { cause });
  }
}
