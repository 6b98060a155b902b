import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type EngineClient, enginePath } from '../engine/http-client.ts';
import { REPLACES_LABEL } from '../ipc/contract/containers.ts';
import { ShellError } from '../ipc/failure.ts';
import type { ReplacementRecords } from './records.ts';

const createdSchema = z.looseObject({ Id: z.string(), Warnings: z.array(z.string()).nullish() });
const oldSchema = z.looseObject({ Id: z.string(), Name: z.string(), State: z.looseObject({ Status: z.string() }) });
const leftSchema = z.looseObject({ Id: z.string(), State: z.looseObject({ Status: z.string() }) });

export interface NewContainer {
  /** Empty: the engine chooses one. */
  readonly name: string;
  /** Of Docker's `POST /containers/create`. */
  readonly body: unknown;
  readonly start: boolean;
}

export interface Created {
  readonly id: string;
  readonly warnings: readonly string[];
}

/** What is done between the steps; what throws undoes all of them. */
export interface Between {
  /** After the new one was made. */
  readonly beforeStart?: () => Promise<void>;
  /** After it was started, if it is. */
  readonly afterStart?: (id: string) => Promise<void>;
}

/** What a replacement is carried out with. */
export interface Replacing {
  readonly engine: EngineClient;
  readonly records: ReplacementRecords;
}

/** How long an engine that went away in the middle is waited for, until what was begun can be undone. */
const PATIENCE_MS = 30_000;
const AGAIN_MS = 250;

const post = (engine: EngineClient, id: string, verb: string, query = {}) => engine.json('POST', enginePath('containers', id, verb), { query });
const remove = (engine: EngineClient, id: string, query: Record<string, boolean>) => engine.json('DELETE', enginePath('containers', id), { query });

/** Makes a container, and starts it. Nothing of it is left when one of the steps fails. */
export async function runContainer(engine: EngineClient, { name, body, start }: NewContainer, between: Between = {}): Promise<Created> {
  const query = name === '' ? {} : { name };
  const { Id: id, Warnings } = createdSchema.parse(await engine.json('POST', '/containers/create', { query, json: body }));
  try {
    await between.beforeStart?.();
    if (start) {
      await post(engine, id, 'start');
      await between.afterStart?.(id);
    }
  } catch (error) {
    // The person corrects the form and runs it again: a container that never ran would hold its name.
    await undone(() => remove(engine, id, { force: true, v: true }));
    throw error;
  }
  return { id, warnings: Warnings ?? [] };
}

/**
 * Puts a new container in the place of another: the old one gives up its name, then its ports; it gets both back when the new one cannot be
 * made or does not start. It is removed once the new one is there; volumes stay. What is under way is in `records` until it is over or undone.
 */
export async function replaceContainer({ engine, records }: Replacing, old: string, next: NewContainer, between: Between = {}): Promise<Created> {
  const { Id, Name, State } = oldSchema.parse(await engine.json('GET', enginePath('containers', old, 'json')));
  const name = Name.replace(/^\//, '');
  const wasUp = State.Status === 'running' || State.Status === 'restarting' || State.Status === 'paused';
  const aside = `${name.slice(0, 100)}-before-${randomBytes(4).toString('hex')}`;
  const record = await records.begin({ socket: engine.socketPath, old: Id, name, aside, wasUp, start: next.start });
  let stopped = false;
  let created: Created;
  try {
    await post(engine, old, 'rename', { name: aside });
    created = await runContainer(
      engine,
      { ...next, body: labelled(next.body, record.id) },
      {
        ...between,
        beforeStart: async () => {
          await between.beforeStart?.();
          if (!wasUp) return;
          await records.stopping(record);
          stopped = true;
          await post(engine, old, 'stop');
        },
      },
    );
  } catch (error) {
    if (isCutOff(error)) await removeLeft(engine, next.name, Id);
    const named = await undone(() => post(engine, old, 'rename', { name }));
    const started = stopped ? await undone(() => post(engine, old, 'start')) : 'done';
    // One that has its name and that the engine refuses to start is whole; all else waits for who puts it right.
    if (named === 'done' && started !== 'cut off') await records.end(record);
    else records.release(record);
    throw error;
  }
  try {
    await insisted(() => remove(engine, old, { force: true }));
  } catch (error) {
    // It may remove itself when it ends.
    if (!(error instanceof ShellError && error.status === 404)) {
      records.release(record);
      return { ...created, warnings: [...created.warnings, `${name} was replaced but not removed: ${(error as Error).message}`] };
    }
  }
  await records.end(record);
  return created;
}

/** The create body with the mark of this replacement. */
function labelled(body: unknown, id: string): unknown {
  const { Labels, ...rest } = body as { readonly Labels?: object | null };
  return { ...rest, Labels: { ...Labels, [REPLACES_LABEL]: id } };
}

/** An engine that died may have made the new one without an answer; it holds the name. */
async function removeLeft(engine: EngineClient, name: string, old: string): Promise<void> {
  await undone(async () => {
    const { Id, State } = leftSchema.parse(await engine.json('GET', enginePath('containers', name, 'json')));
    if (Id !== old && State.Status === 'created') await remove(engine, Id, { force: true, v: true });
  });
}

const isCutOff = (error: unknown): error is ShellError => error instanceof ShellError && error.status === 0;

/** A step back. What the engine refuses cannot be helped. */
async function undone(step: () => Promise<unknown>): Promise<'done' | 'refused' | 'cut off'> {
  try {
    await insisted(step);
    return 'done';
  } catch (error) {
    return isCutOff(error) ? 'cut off' : 'refused';
  }
}

/** A step that is tried until an engine that went away is there again. */
async function insisted(step: () => Promise<unknown>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      await step();
      return;
    } catch (error) {
      if (!isCutOff(error) || Date.now() > end) throw error;
      await sleep(AGAIN_MS);
    }
  }
}
