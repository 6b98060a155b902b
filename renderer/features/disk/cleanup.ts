import type { DiskUsage } from '../../../electron/ipc/contract/disk.ts';
import type { TaskRequest } from '../../../electron/ipc/contract/tasks.ts';
import { shortId } from '../../strings/format.ts';
import { imageName } from './view-model.ts';

export const CHOICES = ['untagged', 'cache', 'networks', 'containers', 'images', 'anonymous', 'volumes'] as const;
export type Choice = (typeof CHOICES)[number];

/** What costs nothing but the time to make it again. */
export const SAFE: ReadonlySet<Choice> = new Set(['untagged', 'cache', 'networks']);
/** What holds data that exists nowhere else. */
export const LOSES_DATA: ReadonlySet<Choice> = new Set(['containers', 'anonymous', 'volumes']);

export interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
}
export type Candidates = Readonly<Record<Choice, readonly Candidate[]>>;

/** Everything that nobody uses, by what could be chosen. */
export function candidatesOf(usage: DiskUsage, unusedNetworks: readonly { readonly id: string; readonly name: string }[]): Candidates {
  const images = usage.images.filter(({ containers }) => containers === 0).map((row) => ({ ...row, name: imageName(row), bytes: row.size - row.shared }));
  const volumes = usage.volumes.filter(({ users }) => users === 0).map(({ name, size, anonymous }) => ({ id: name, name, bytes: size ?? 0, anonymous }));
  const plain = ({ id, name, bytes }: Candidate): Candidate => ({ id, name, bytes });
  return {
    untagged: images.filter(({ tags }) => tags.length === 0).map(plain),
    images: images.filter(({ tags }) => tags.length > 0).map(plain),
    containers: usage.containers.filter(({ running }) => !running).map(({ id, name, written, log }) => ({ id, name, bytes: written + log })),
    anonymous: volumes.filter(({ anonymous }) => anonymous).map((row) => ({ ...plain(row), name: shortId(row.name) })),
    volumes: volumes.filter(({ anonymous }) => !anonymous).map(plain),
    networks: unusedNetworks.map(({ id, name }) => ({ id, name, bytes: 0 })),
    cache: usage.cache
      .filter(({ inUse, shared }) => !inUse && !shared)
      .map(({ id, type, description, size }) => ({ id, name: description || type, bytes: size })),
  };
}

type Cleanup = Extract<TaskRequest, { kind: 'disk.cleanup' }>;

/** Exactly what was shown. Null: nothing is chosen, or nothing is there. */
export function cleanupOf(candidates: Candidates, chosen: ReadonlySet<Choice>): Cleanup | null {
  const ids = (...choices: Choice[]): string[] => choices.filter((choice) => chosen.has(choice)).flatMap((choice) => candidates[choice].map(({ id }) => id));
  const task: Cleanup = {
    kind: 'disk.cleanup',
    containers: ids('containers'),
    images: ids('untagged', 'images'),
    volumes: ids('anonymous', 'volumes'),
    networks: ids('networks'),
    cache: chosen.has('cache') && candidates.cache.length > 0,
  };
  return task.cache || [task.containers, task.images, task.volumes, task.networks].some((list) => list.length > 0) ? task : null;
}

/** Bytes of all that is chosen but images, whose layers are counted by the engine. */
export const bytesBesideImages = (candidates: Candidates, chosen: ReadonlySet<Choice>): number =>
  CHOICES.filter((choice) => chosen.has(choice) && choice !== 'images' && choice !== 'untagged')
    .flatMap((choice) => candidates[choice].map(({ bytes }) => bytes))
    .reduce((sum, bytes) => sum + bytes, 0);
