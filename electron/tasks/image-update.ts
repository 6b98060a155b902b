import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { enginePath } from '../engine/http-client.ts';
import type { TaskPart, TaskRequest } from '../ipc/contract/tasks.ts';
import { ShellError } from '../ipc/failure.ts';
import { containerSchema, type InspectedContainer, recreatedBody } from '../replacing/recreated-body.ts';
import { replaceContainer } from '../replacing/replace-container.ts';
import { imagePull } from './image-pull.ts';
import type { TaskContext, TaskProgram } from './task.ts';

type Update = Extract<TaskRequest, { kind: 'image.update' }>;

/** How long a new container has to go on, to count as one that runs. */
const SETTLE_MS = 1500;
const LOOK_MS = 100;

const imageSchema = z.looseObject({ Id: z.string(), Config: z.unknown() });
const stateSchema = z.looseObject({ State: z.looseObject({ Status: z.string(), ExitCode: z.number() }) });

/**
 * Pulls the image, then makes its containers anew of it, one after the other. The old one stays until the new one runs, and comes back when
 * that fails; the others are gone on with. The result is the number of containers. @throws ShellError 409 that names those that stayed.
 */
export const imageUpdate: TaskProgram<Update> = {
  unit: 'bytes',
  objectOf: ({ reference }) => reference,
  async run({ reference, containers }, context) {
    const { engine, signal, report } = context;
    const old = (await Promise.all(containers.map((id) => inspected(context, id)))).filter((one) => one !== null);
    const phases = new Map(old.map((one) => [one.Id, 'Waiting']));
    const rows = (): TaskPart[] => old.map((one) => ({ id: nameOf(one), phase: phases.get(one.Id) ?? '', current: 0, total: 0 }));
    let layers: readonly TaskPart[] = [];
    const all = () => [...layers, ...rows()];
    const pulling: TaskContext = {
      ...context,
      report: (one) => {
        layers = one.parts ?? layers;
        report({ ...one, parts: all() });
      },
    };
    await imagePull.run({ kind: 'image.pull', reference, platform: '' }, pulling);
    const image = imageSchema.parse(await engine.json('GET', enginePath('images', reference, 'json'), { signal }));
    const tell = (one: InspectedContainer, phase: string) => {
      phases.set(one.Id, phase);
      report({ phase: 'Recreating', parts: all() });
    };
    const kept: string[] = [];
    let made = 0;
    for (const one of old) {
      signal.throwIfAborted();
      // Another one has done it meanwhile, or an earlier try has.
      if (one.Image === image.Id) continue;
      tell(one, 'Recreating');
      try {
        await recreate(one, reference, context);
        made++;
        tell(one, 'Recreated');
      } catch (error) {
        tell(one, 'Kept as it was');
        signal.throwIfAborted();
        if (!(error instanceof ShellError)) throw error;
        kept.push(`${nameOf(one)}: ${error.message}`);
      }
    }
    if (kept.length > 0) throw new ShellError(kept.join('\n'), 409);
    return String(made);
  },
};

const nameOf = ({ Name }: InspectedContainer): string => Name.replace(/^\//, '');

/** Null: it is gone. */
async function inspected({ engine, signal }: TaskContext, id: string): Promise<InspectedContainer | null> {
  try {
    return containerSchema.parse(await engine.json('GET', enginePath('containers', id, 'json'), { signal }));
  } catch (error) {
    if (error instanceof ShellError && error.status === 404) return null;
    throw error;
  }
}

async function recreate(old: InspectedContainer, reference: string, context: TaskContext): Promise<void> {
  const { engine, signal } = context;
  // As it is now: a pull may have taken an hour.
  const now = await inspected(context, old.Id);
  if (!now) return;
  const isUp = now.State.Status === 'running' || now.State.Status === 'restarting' || now.State.Status === 'paused';
  if (isUp && now.HostConfig.AutoRemove) throw new ShellError('it removes itself when it stops, so that it could not come back if the new one failed', 409);
  const before = imageSchema.parse(await engine.json('GET', enginePath('images', now.Image, 'json'), { signal }));
  const next = { name: nameOf(now), body: recreatedBody(now, before.Config, reference), start: isUp };
  await replaceContainer(context, now.Id, next, {
    beforeStart: () => Promise.resolve(signal.throwIfAborted()),
    afterStart: (id) => settled(context, id),
  });
}

/** @throws ShellError when it does not go on; the signal's reason. */
async function settled({ engine, signal }: TaskContext, id: string): Promise<void> {
  for (const end = Date.now() + SETTLE_MS; Date.now() < end; await sleep(LOOK_MS, undefined, { signal })) {
    const { State } = stateSchema.parse(await engine.json('GET', enginePath('containers', id, 'json'), { signal }));
    if (State.Status === 'running') continue;
    if (State.Status === 'exited' && State.ExitCode === 0) return;
    throw new ShellError(`the new one ended with ${State.ExitCode} right after its start`, 409);
  }
}
