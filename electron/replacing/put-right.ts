import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type EngineClient, enginePath } from '../engine/http-client.ts';
import { REPLACES_LABEL } from '../ipc/contract/containers.ts';
import { ShellError } from '../ipc/failure.ts';
import type { ReplacementRecord } from './records.ts';

/**
 * `finished`: the new one has the place. `restored`: the old one has its name back and runs if it ran. `settled`: nothing was to be done.
 * `open`: both may be wanted, or the engine refused a step; a person has to say.
 */
export interface Outcome {
  readonly kind: 'finished' | 'restored' | 'settled' | 'open';
  /** Of the container that is there now, or about which is asked. */
  readonly id: string;
  /** The engine's words, where it refused something; may be empty. */
  readonly detail: string;
}

/** One that ended sooner than this after its start has never run. */
const SETTLE_MS = 1500;

const foundSchema = z.looseObject({
  Id: z.string(),
  Name: z.string(),
  State: z.looseObject({ Status: z.string(), ExitCode: z.number(), StartedAt: z.string(), FinishedAt: z.string() }),
});
type Found = z.infer<typeof foundSchema>;
const listSchema = z.array(z.looseObject({ Id: z.string(), Created: z.number() }));

const isUp = ({ State }: Found): boolean => State.Status === 'running' || State.Status === 'paused';
const outcome = (kind: Outcome['kind'], id: string, detail = ''): Outcome => ({ kind, id, detail });

/**
 * Brings a replacement that nobody works at any more to one of its two ends. Idempotent; after a crash in its middle it is called again.
 * `anyway`: the old one is wanted back, whatever became of the new one. @throws ShellError 0 when the engine goes away.
 */
export async function putRight(engine: EngineClient, record: ReplacementRecord, anyway = false): Promise<Outcome> {
  const old = await find(engine, record.old);
  const fresh = await freshOf(engine, record.id);
  if (!old) return await withoutOld(engine, record, fresh);
  const name = old.Name.replace(/^\//, '');
  // Who renamed it has taken it into their own hands.
  if (name !== record.aside) return name === record.name && !fresh ? await started(engine, record, old, record.stopping) : outcome('settled', old.Id);
  if (fresh && !anyway) {
    const now = await settled(engine, fresh);
    if (now && isUp(now)) {
      await remove(engine, old.Id, false);
      return outcome('finished', now.Id);
    }
    if (now && hasRun(now)) return outcome('open', old.Id);
  }
  return await restored(engine, record, old, fresh);
}

/** Nothing is left to go back to. */
async function withoutOld(engine: EngineClient, record: ReplacementRecord, fresh: Found | null): Promise<Outcome> {
  if (!fresh) return outcome('settled', record.old);
  if (!record.start || fresh.State.Status !== 'created') return outcome('finished', fresh.Id);
  return outcome('finished', fresh.Id, await refusal(() => post(engine, fresh.Id, 'start')));
}

async function restored(engine: EngineClient, record: ReplacementRecord, old: Found, fresh: Found | null): Promise<Outcome> {
  if (fresh) await remove(engine, fresh.Id, true);
  // A stop that has not come to its end yet would end it after all.
  if (record.stopping && isUp(old)) await post(engine, old.Id, 'stop');
  const refused = await refusal(() => post(engine, old.Id, 'rename', { name: record.name }));
  if (refused !== '') return outcome('open', old.Id, refused);
  const { detail } = await started(engine, record, (await find(engine, old.Id)) ?? old, true);
  return outcome('restored', old.Id, detail);
}

async function started(engine: EngineClient, { wasUp }: ReplacementRecord, old: Found, wanted: boolean): Promise<Outcome> {
  if (!wanted || !wasUp || isUp(old)) return outcome('settled', old.Id);
  return outcome('restored', old.Id, await refusal(() => post(engine, old.Id, 'start')));
}

/** As it is once its start is old enough to tell; null: it is gone. */
async function settled(engine: EngineClient, fresh: Found): Promise<Found | null> {
  if (!isUp(fresh)) return fresh;
  const left = SETTLE_MS - (Date.now() - Date.parse(fresh.State.StartedAt));
  if (!(left > 0)) return fresh;
  await sleep(Math.min(left, SETTLE_MS));
  return await find(engine, fresh.Id);
}

function hasRun({ State }: Found): boolean {
  if (State.Status === 'created') return false;
  return State.Status === 'restarting' || State.ExitCode === 0 || !(Date.parse(State.FinishedAt) - Date.parse(State.StartedAt) < SETTLE_MS);
}

/** The one that bears the record's mark; a copy of it, which bears it as well, is younger. */
async function freshOf(engine: EngineClient, id: string): Promise<Found | null> {
  const query = { all: true, filters: JSON.stringify({ label: [`${REPLACES_LABEL}=${id}`] }) };
  const [oldest] = listSchema.parse(await engine.json('GET', '/containers/json', { query })).sort((a, b) => a.Created - b.Created);
  return oldest ? await find(engine, oldest.Id) : null;
}

async function find(engine: EngineClient, id: string): Promise<Found | null> {
  try {
    return foundSchema.parse(await engine.json('GET', enginePath('containers', id, 'json')));
  } catch (error) {
    if (error instanceof ShellError && error.status === 404) return null;
    throw error;
  }
}

const post = (engine: EngineClient, id: string, verb: string, query = {}) => engine.json('POST', enginePath('containers', id, verb), { query });

async function remove(engine: EngineClient, id: string, volumes: boolean): Promise<void> {
  try {
    await engine.json('DELETE', enginePath('containers', id), { query: { force: true, ...(volumes && { v: true }) } });
  } catch (error) {
    if (!(error instanceof ShellError && error.status === 404)) throw error;
  }
}

/** What the engine says against it; empty: nothing. @throws ShellError 0 */
async function refusal(step: () => Promise<unknown>): Promise<string> {
  try {
    await step();
    return '';
  } catch (error) {
    if (!(error instanceof ShellError) || error.status === 0) throw error;
    return error.message;
  }
}
