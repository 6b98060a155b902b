import { setTimeout as sleep } from 'node:timers/promises';
import { allPids, familyOf, ownerOf, pssOf } from '../memory-of.ts';
import { nothing, type Scenario } from '../scenario.ts';

const CONTAINERS = 20;

/** Processes that an engine keeps beside a container's own, found as those that came with it. */
export const memory: Scenario = {
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

export const idle: Scenario = {
  title: 'memory of the idle engine (PSS)',
  unit: 'MB',
  rounds: 1,
  prepare: (engine) =>
    Promise.resolve({
      once: async () => {
        // Idle means that what the scenarios before have left had time to be given back.
        await sleep(25_000);
        return [...familyOf(ownerOf(engine.socket))].reduce((sum, pid) => sum + pssOf(pid), 0) / 1024;
      },
      [Symbol.asyncDispose]: nothing,
    }),
};
