import type { BuildRow } from '../../runtime/api/types/build.ts';
import type { ContainerRow } from '../../runtime/api/types/feed.ts';
import type { Notice } from '../ipc/contract/notices.ts';
import type { TaskKind, TaskRow } from '../ipc/contract/tasks.ts';
import type { OutdatedImage } from '../updates/image-checks.ts';

export type Decided = Omit<Notice, 'id' | 'time' | 'isSeen'>;

/** What people and `docker stop` send: 128 and SIGINT, SIGKILL or SIGTERM. An end by them was asked for. */
const ASKED_FOR = [130, 137, 143];

const isUp = ({ state }: ContainerRow): boolean => state === 'running' || state === 'paused';

/** What a change of a container is worth; null: nothing. `before` undefined: it was made since the engine told of all. */
export function containerNotice(before: ContainerRow | undefined, after: ContainerRow): Decided | null {
  const base = { object: after.name, objectId: after.id, exitCode: 0, task: '', detail: after.error } as const;
  // One that ends at once may never have been seen running, or before at all.
  const ended = !isUp(after) && after.state !== 'removing' && after.finishedAt !== (before?.finishedAt ?? 0);
  if (ended && after.oomKilled) return { ...base, kind: 'container.outOfMemory', exitCode: after.exitCode };
  if (ended && after.exitCode !== 0 && !ASKED_FOR.includes(after.exitCode)) return { ...base, kind: 'container.failed', exitCode: after.exitCode };
  if (isUp(after) && after.health === 'unhealthy' && before?.health !== 'unhealthy') return { ...base, kind: 'container.unhealthy' };
  return null;
}

/** What a change of a build is worth; null: nothing. Who canceled it knows. `task`: of the task of this shell that made it; empty: another client's. */
export function buildNotice(before: BuildRow | undefined, after: BuildRow, task: TaskKind | ''): Decided | null {
  if (before?.status !== 'running' || (after.status !== 'completed' && after.status !== 'failed')) return null;
  const object = after.tags[0]?.replace(/^docker\.io\/(?:library\/)?/, '') || after.contextName || after.dockerfileName;
  const base = { object, objectId: after.id, exitCode: 0, task, detail: after.error } as const;
  return { ...base, kind: after.status === 'completed' ? 'build.done' : 'build.failed' };
}

/** What the state of a task is worth; null: nothing. Builds are told of by the engine, whoever made them. */
export function taskNotice(row: TaskRow): Decided | null {
  if (row.state !== 'failed' || row.kind === 'image.build') return null;
  return { kind: 'task.failed', object: row.object, objectId: row.id, exitCode: 0, task: row.kind, detail: row.error };
}

/** Newer images, found without being asked for: one word for all of them. */
export function outdatedNotice(images: readonly OutdatedImage[]): Decided | null {
  const [first] = images;
  if (!first) return null;
  const object = images.map(({ name }) => name).join(', ');
  return { kind: 'image.outdated', object, objectId: images.length === 1 ? first.id : '', exitCode: 0, task: '', detail: '' };
}

/** What the app knows by itself cannot be written to its folder. */
export const notKeptNotice = (folder: string, reason: string): Decided => ({
  kind: 'app.notKept',
  object: folder,
  objectId: '',
  exitCode: 0,
  task: '',
  detail: reason,
});
