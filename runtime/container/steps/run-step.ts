import { rmSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Digest } from '../../base/digest.ts';
import { digestOf, hexOf } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import type { ResolvedImage } from '../../image/image-service.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { MOUNT_PLACES } from '../files/mount-places.ts';
import { overlayOf } from '../files/overlay.ts';
import { attachContainer } from '../verbs/attach.ts';
import { createAbove } from '../verbs/create.ts';
import { removeContainer } from '../verbs/remove.ts';
import { startContainer } from '../verbs/start.ts';
import type { StepContainers, StepEnd, StepRequest } from './step.ts';
import { stepMounts } from './step-mounts.ts';

/** BuildKit's: the same for all steps, so that what they write does not differ by it. */
const HOSTNAME = 'buildkitsandbox';
/** Bytes; with less a disk is full. */
const LEAST_ROOM = 1024 * 1024;
const ROOM_LOOKS = 50;
const ROOM_LOOK_MS = 20;

export function createStepContainers(engine: ContainerEngine): StepContainers {
  return { run: (request, options) => runStep(engine, request, options) };
}

async function runStep(
  engine: ContainerEngine,
  request: StepRequest,
  { signal, onContainer, onOutput }: Parameters<StepContainers['run']>[1],
): Promise<StepEnd> {
  signal.throwIfAborted();
  await using undo = new AsyncDisposableStack();
  const entity = await createStep(engine, request);
  const remove = async (): Promise<void> => {
    const isDiskFull = hasNoRoom(engine);
    await removeContainer(engine, entity, { force: true });
    // Whatever comes next, such as the next try of the same build, needs the room.
    if (isDiskFull) await roomAgain(engine);
  };
  undo.defer(remove);
  onContainer(entity.id);
  const onAbort = (): void => void remove().catch(() => undefined);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const attachment = await attachContainer(engine, entity, { stdin: false, stdout: true, stderr: true, signal });
    await started(engine, entity);
    const exited = entity.waiters.wait('not-running', entity.state, signal);
    exited.catch(() => undefined);
    for await (const { stream, data } of attachment.output) await onOutput(stream, data);
    await exited;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  signal.throwIfAborted();
  await entity.teardown;
  const kept = undo.move();
  return endOf(engine, entity, kept);
}

function endOf(engine: ContainerEngine, entity: Entity, held: AsyncDisposableStack): StepEnd {
  let isKept = false;
  const { exitCode, oomKilled } = entity.state;
  return {
    containerId: entity.id,
    exitCode,
    oomKilled,
    isDiskFull: hasNoRoom(engine),
    take: (use) =>
      entity.serial.run(async () => {
        await entity.roots.vacate(['writer', 'reader'], 0, 'the files of a build step have become a layer');
        return await use({ ...overlayOf(engine, entity.id), omitted: MOUNT_PLACES });
      }),
    keep: async (layers) => {
      if (layers !== undefined) await putAbove(engine, entity, layers);
      keepContainer(engine, entity);
      isKept = true;
    },
    [Symbol.asyncDispose]: async () => {
      if (!isKept) await held.disposeAsync();
    },
  };
}

/** The kernel frees what was deleted once the mounts of the container are gone, a moment after it; what others have filled stays so. */
async function roomAgain(engine: ContainerEngine): Promise<void> {
  await engine.deps.snapshots.idle();
  for (let look = 0; look < ROOM_LOOKS && hasNoRoom(engine); look++) await sleep(ROOM_LOOK_MS);
}

function hasNoRoom(engine: ContainerEngine): boolean {
  const { bavail, bsize, ffree, files } = statfsSync(engine.deps.directories.containers);
  return bavail * bsize < LEAST_ROOM || (files > 0 && ffree === 0);
}

/** What was its writable directory is a layer now: it gets a new one above that. */
async function putAbove({ deps }: ContainerEngine, { id }: Entity, layers: readonly Digest[]): Promise<void> {
  await deps.snapshots.remove(id);
  await deps.snapshots.prepare(id, layers.map(hexOf));
}

/** From now on a container as any other: known to the next engine, and mounted with syncs. */
function keepContainer(engine: ContainerEngine, entity: Entity): void {
  rmSync(join(overlayOf(engine, entity.id).work, 'work', 'incompat'), { recursive: true, force: true });
  entity.step = null;
  engine.deps.records.insert(entity.stored);
}

/** Throws as startContainer does, with the exit code that a shell would have. */
async function started(engine: ContainerEngine, entity: Entity): Promise<void> {
  try {
    await startContainer(engine, entity);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError(error.kind, error.message, { cause: error, details: { ...error.details, exitCode: entity.state.exitCode } });
  }
}

async function createStep(engine: ContainerEngine, { layers, argv, env, secretEnv, cwd, user, hostConfig, mounts }: StepRequest): Promise<Entity> {
  const image = imageOf(layers);
  const { id } = await createAbove(
    engine,
    image,
    {
      Image: image.name,
      Hostname: HOSTNAME,
      Cmd: [...argv],
      Env: [...env],
      WorkingDir: cwd,
      User: user,
      HostConfig: { ...hostConfig, LogConfig: { Type: 'none', Config: {} } },
    },
    { step: true },
  );
  const entity = engine.table.find(id);
  try {
    const scratch = join(dirname(engine.deps.snapshots.directories(id).upper), 'mounts');
    entity.step = { mounts: await stepMounts(mounts, scratch), env: secretEnv };
  } catch (error) {
    await removeContainer(engine, entity, { force: true });
    throw error;
  }
  return entity;
}

/** Lists show the topmost layer, as Docker's classic builder shows the image of the step before. */
function imageOf(layers: readonly Digest[]): ResolvedImage {
  const id = layers.at(-1) ?? digestOf(new Uint8Array());
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  return { id, name: id, layers: layers.map(hexOf), config: { architecture, os: 'linux', rootfs: { type: 'layers', diff_ids: [...layers] }, config: {} } };
}
