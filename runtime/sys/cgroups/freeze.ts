import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../../base/errors.ts';

/** A container's group in the hierarchy that freezes. */
export interface FreezableGroup {
  readonly version: 1 | 2;
  readonly directory: string;
}

const PATIENCE_MS = 5_000;

/** Resolves once every task has stopped. When they do not in 5 s the group is thawed and Unavailable thrown: half frozen is nothing. */
export async function freeze(group: FreezableGroup): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  request(group, true);
  for (let wait = 1; !isFrozen(group); wait = Math.min(wait * 2, 50)) {
    if (performance.now() > deadline) {
      request(group, false);
      throw new EngineError('Unavailable', 'the processes could not be paused: a task does not stop');
    }
    await sleep(wait);
    // v1 gives up on a task that was forking; asking again lets it try again.
    if (group.version === 1) request(group, true);
  }
}

/** Idempotent. Resolves once no task is stopped any more. */
export async function thaw(group: FreezableGroup): Promise<void> {
  request(group, false);
  for (let wait = 1; state(group) !== 'THAWED' && wait < PATIENCE_MS; wait *= 2) await sleep(wait);
}

export function isFrozen(group: FreezableGroup): boolean {
  return state(group) === 'FROZEN';
}

function request({ version, directory }: FreezableGroup, frozen: boolean): void {
  if (version === 1) writeFileSync(`${directory}/freezer.state`, frozen ? 'FROZEN' : 'THAWED');
  else writeFileSync(`${directory}/cgroup.freeze`, frozen ? '1' : '0');
}

function state({ version, directory }: FreezableGroup): string {
  if (version === 1) return readFileSync(`${directory}/freezer.state`, 'latin1').trim();
  return /^frozen 1$/m.test(readFileSync(`${directory}/cgroup.events`, 'latin1')) ? 'FROZEN' : 'THAWED';
}
