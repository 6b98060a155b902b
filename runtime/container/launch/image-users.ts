import { readdirSync } from 'node:fs';
import type { Entity } from '../entity.ts';
import type { ContainerSpec } from '../spec/spec.ts';
import type { ResolvedUser } from '../spec/user.ts';
import type { LaunchResources } from './plan.ts';

const MOST = 256;

/**
 * Who the programs of images run as, as their first containers have found it: the next one is not asked for its files
 * between its set-up and its program.
 */
export class ImageUsers {
  readonly #known = new Map<string, ResolvedUser>();

  find(key: string): ResolvedUser | null {
    return this.#known.get(key) ?? null;
  }

  keep(key: string, user: ResolvedUser): void {
    for (const oldest of this.#known.keys()) if (this.#known.size >= MOST) this.#known.delete(oldest);
    this.#known.set(key, user);
  }
}

/**
 * What decides the user of a container whose files are its image's alone; null: something is mounted over them or written in them, so
 * that they have to be read. Nobody writes there while the container is started.
 */
export function imageUserKey({ container, step }: Entity, spec: ContainerSpec, made: Pick<LaunchResources, 'storage' | 'overlay'>): string | null {
  if (step !== null || spec.mounts.length > 0 || made.storage.length > 0 || !isEmpty(made.overlay.upper)) return null;
  return JSON.stringify([container.imageId, spec.user, spec.groupAdd]);
}

/** One that cannot be read is left to whoever mounts it. */
function isEmpty(directory: string): boolean {
  try {
    return readdirSync(directory).length === 0;
  } catch {
    return false;
  }
}
