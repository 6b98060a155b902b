import { createReadStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineClient } from './client.ts';
import { allPids, familyOf, ownerOf, pssOf } from './memory-of.ts';

/** What a scenario measures on one engine; `once` gives one sample in the scenario's unit. */
export interface Prepared extends AsyncDisposable {
  once(): Promise<number>;
}

export interface Scenario {
  readonly title: string;
  readonly unit: string;
  readonly rounds: number;
  readonly prepare: (engine: EngineClient, inputs: Inputs) => Promise<Prepared>;
}

export interface Inputs {
  /** Name of the small image that both engines have. */
  readonly image: string;
  /** A large image archive and the name of the image in it. */
  readonly archive: string;
  readonly archiveImage: string;
  /** Milliseconds of rest before each sample: an idle host shows stalls that a busy one hides. */
  readonly idle: number;
}

const nothing = (): Promise<void> => Promise.resolve();

async function timed(run: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await run();
  return performance.now() - begin;
}

const start: Scenario = {
  title: 'create + start + exit of `true`, no network',
  unit: 'ms',
  rounds: 40,
  prepare: (engine, { image, idle }) =>
    Promise.resolve({
      once: async () => {
        await sleep(idle);
        let id = '';
        const time = await timed(async () => {
          id = await engine.create(image, ['true']);
          await engine.start(id);
          await engine.wait(id);
        });
        await engine.remove(id);
        return time;
      },
      [Symbol.asyncDispose]: nothing,
    }),
};

const exec: Scenario = {
  title: 'exec of `true`, create to end of stream',
  unit: 'ms',
  rounds: 60,
  prepare: async (engine, { image, idle }) => {
    const id = await engine.create(image, ['sleep', '100000']);
    await engine.start(id);
    return {
      once: async () => {
        await sleep(idle);
        return timed(async () => {
          const { Id } = await engine.json<{ Id: string }>('POST', `/containers/${id}/exec`, { Cmd: ['true'], AttachStdout: true, AttachStderr: true });
          await engine.call('POST', `/exec/${Id}/start`, { Detach: false, Tty: false });
        });
      },
      [Symbol.asyncDispose]: () => engine.remove(id),
    };
  },
};

const load: Scenario = {
  title: 'load of a large image archive',
  unit: 'ms',
  rounds: 5,
  prepare: (engine, { archive, archiveImage }) =>
    Promise.resolve({
      once: async () => {
        const time = await timed(() => engine.drain('POST', '/images/load?quiet=1', createReadStream(archive, { highWaterMark: 1 << 20 })));
        await engine.call('DELETE', `/images/${archiveImage}?force=1`);
        // Deletion goes on behind the answer and must not slow the peer's next sample.
        await sleep(1000);
        return time;
      },
      [Symbol.asyncDispose]: nothing,
    }),
};

const LINES = 1_000_000;

const logs: Scenario = {
  title: '1,000,000 log lines of 80 bytes written and read back',
  unit: 'ms',
  rounds: 3,
  prepare: (engine, { image }) =>
    Promise.resolve({
      once: async () => {
        const id = await engine.create(image, ['sh', '-c', `yes ${'x'.repeat(79)} | head -n ${LINES}`]);
        const time = await timed(async () => {
          await engine.start(id);
          await engine.wait(id);
          const { bytes } = await engine.drain('GET', `/containers/${id}/logs?stdout=1&stderr=1`);
          if (bytes !== LINES * 88) throw new Error(`${engine.name}: ${bytes} bytes of log came back instead of ${LINES * 88}`);
        });
        await engine.remove(id);
        return time;
      },
      [Symbol.asyncDispose]: nothing,
    }),
};

const CONTAINERS = 20;

/** Processes that an engine keeps beside a container's own, found as those that came with it. */
const memory: Scenario = {
  title: `memory of the engine per running container, ${CONTAINERS} of them (PSS)`,
  unit: 'kB',
  rounds: 1,
  prepare: (engine, { image }) =>
    Promise.resolve({
      once: async () => {
        const before = new Set(allPids());
        const ids: string[] = [];
        for (let index = 0; index < CONTAINERS; index++) {
          const id = await engine.create(image, ['sleep', '100000']);
          await engine.start(id);
          ids.push(id);
        }
        const own = new Set<number>();
        for (const id of ids) {
          const { State } = await engine.json<{ State: { Pid: number } }>('GET', `/containers/${id}/json`);
          for (const pid of familyOf(State.Pid)) own.add(pid);
        }
        const keepers = allPids().filter((pid) => !before.has(pid) && !own.has(pid));
        const total = keepers.reduce((sum, pid) => sum + pssOf(pid), 0);
        for (const id of ids) await engine.remove(id);
        return total / CONTAINERS;
      },
      [Symbol.asyncDispose]: nothing,
    }),
};

const idle: Scenario = {
  title: 'memory of the idle engine (PSS)',
  unit: 'MB',
  rounds: 1,
  prepare: (engine) =>
    Promise.resolve({
      once: async () => {
        // Idle means that what the scenarios before have left had time to be given back.
        await sleep(10_000);
        return [...familyOf(ownerOf(engine.socket))].reduce((sum, pid) => sum + pssOf(pid), 0) / 1024;
      },
      [Symbol.asyncDispose]: nothing,
    }),
};

export const SCENARIOS: Readonly<Record<string, readonly Scenario[]>> = { start: [start], exec: [exec], load: [load], logs: [logs], memory: [idle, memory] };
