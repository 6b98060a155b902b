import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type EngineClient, enginePath } from '../../engine/http-client.ts';
import type { Backend } from '../backend.ts';
import type { RunRequest } from '../contract/containers.ts';

const createdSchema = z.looseObject({ Id: z.string(), Warnings: z.array(z.string()).nullish() });
const replacedSchema = z.looseObject({ Name: z.string(), State: z.looseObject({ Status: z.string() }) });

export function runRequests(engine: EngineClient): Pick<Backend['requests'], 'container.run'> {
  return { 'container.run': (params) => (params.replace === '' ? run(engine, params) : replace(engine, params)) };
}

interface Created {
  readonly id: string;
  readonly warnings: readonly string[];
}

const post = (engine: EngineClient, id: string, verb: string, query = {}) => engine.json('POST', enginePath('containers', id, verb), { query });

/** `beforeStart` is what has to be done in between. Nothing of it is left when one of the steps fails. */
async function run(engine: EngineClient, { name, body, start }: RunRequest, beforeStart = (): Promise<void> => Promise.resolve()): Promise<Created> {
  const query = name === '' ? {} : { name };
  const { Id: id, Warnings } = createdSchema.parse(await engine.json('POST', '/containers/create', { query, json: body }));
  try {
    await beforeStart();
    if (start) await post(engine, id, 'start');
  } catch (error) {
    // The person corrects the form and runs it again: a container that never ran would hold its name.
    await engine.json('DELETE', enginePath('containers', id), { query: { force: true, v: true } }).catch(() => undefined);
    throw error;
  }
  return { id, warnings: Warnings ?? [] };
}

/** The old one gives up its name, then its ports; it gets both back when the new one cannot be made or does not start. */
async function replace(engine: EngineClient, params: RunRequest): Promise<Created> {
  const old = params.replace;
  const { Name, State } = replacedSchema.parse(await engine.json('GET', enginePath('containers', old, 'json')));
  const name = Name.replace(/^\//, '');
  const wasUp = State.Status === 'running' || State.Status === 'restarting' || State.Status === 'paused';
  await post(engine, old, 'rename', { name: `${name.slice(0, 100)}-before-${randomBytes(4).toString('hex')}` });
  let stopped = false;
  let created: Created;
  try {
    created = await run(engine, params, async () => {
      if (!wasUp) return;
      stopped = true;
      await post(engine, old, 'stop');
    });
  } catch (error) {
    await post(engine, old, 'rename', { name }).catch(() => undefined);
    if (stopped) await post(engine, old, 'start').catch(() => undefined);
    throw error;
  }
  try {
    await engine.json('DELETE', enginePath('containers', old), { query: { force: true } });
    return created;
  } catch (error) {
    return { ...created, warnings: [...created.warnings, `${name} was replaced but not removed: ${(error as Error).message}`] };
  }
}
