import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EngineError } from '../base/errors.ts';
import { hasCode } from '../sys/errno.ts';
import { openMonitor } from '../sys/launcher/prepared-container.ts';

const ID = /^[a-zA-Z0-9_+.-]{1,1024}$/;

const kept = z.object({
  ociVersion: z.string(),
  id: z.string(),
  bundle: z.string(),
  annotations: z.record(z.string(), z.string()),
  created: z.string(),
  cgroup: z.object({ parent: z.string(), name: z.string() }),
});

/** What is kept of a container beside its configuration; how it fares is asked of its monitor. */
export type KeptState = z.output<typeof kept>;

/** runtime.md, State. */
export interface ContainerState {
  readonly ociVersion: string;
  readonly id: string;
  readonly status: 'created' | 'running' | 'stopped';
  readonly pid: number;
  readonly bundle: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Places {
  readonly directory: string;
  readonly state: string;
  /** A copy: later changes of the bundle's have no effect. */
  readonly config: string;
  /** The monitor's. */
  readonly run: string;
}

/** Throws InvalidArgument for an id that could be a path. */
export function placesOf(root: string, id: string): Places {
  if (!ID.test(id) || id === '.' || id === '..') throw new EngineError('InvalidArgument', `invalid container ID format: ${id.slice(0, 200)}`);
  const directory = join(root, id);
  return { directory, state: join(directory, 'state.json'), config: join(directory, 'config.json'), run: join(directory, 'run') };
}

/** Makes the directories of a new container. Throws Conflict when the id is taken. */
export function reservePlaces(root: string, places: Places): Disposable {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  try {
    mkdirSync(places.directory, { mode: 0o700 });
  } catch (error) {
    if (hasCode(error, 'EEXIST')) throw new EngineError('Conflict', 'container with given ID already exists', { cause: error });
    throw error;
  }
  mkdirSync(places.run, { mode: 0o700 });
  return { [Symbol.dispose]: () => rmSync(places.directory, { recursive: true, force: true }) };
}

/** Last of all: a container without this file is being made. */
export function writeState(places: Places, state: KeptState): void {
  const temporary = `${places.state}.new`;
  writeFileSync(temporary, JSON.stringify(state), { mode: 0o600 });
  renameSync(temporary, places.state);
}

/** Throws NotFound when there is no such container. */
export function readKept(root: string, id: string): KeptState {
  try {
    return kept.parse(JSON.parse(readFileSync(placesOf(root, id).state, 'utf8')));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) throw new EngineError('NotFound', 'container does not exist', { cause: error });
    throw error;
  }
}

/** Throws NotFound when there is no such container. */
export async function readState(root: string, id: string): Promise<ContainerState> {
  const { ociVersion, bundle, annotations } = readKept(root, id);
  const monitor = await openMonitor(placesOf(root, id).run);
  const { state: status = 'stopped', handle } = monitor ?? {};
  await handle?.[Symbol.asyncDispose]();
  return { ociVersion, id, status, pid: status === 'stopped' ? 0 : (handle?.pid ?? 0), bundle, annotations };
}

/** Ids of all containers, finished ones included. */
export function listIds(root: string): string[] {
  try {
    return readdirSync(root).filter((id) => ID.test(id));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
