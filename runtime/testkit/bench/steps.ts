import type { ContainerDependencies } from '../../container/dependencies.ts';
import type { ContainerServiceHandle } from '../../container/service.ts';
import type { ContainerPlan, PreparedContainer } from '../../sys/launcher/launcher.ts';
import { openContainerRig } from '../container-rig.ts';
import { measureOps } from './op-costs.ts';
import { Timings } from './timings.ts';

const WARM_UP = 10;
const OP_ROUNDS = 20;

/** Runs `true` again and again on a container service of its own, without the API before it, and prints what each step takes. */
export async function printSteps(rounds: number): Promise<void> {
  const total = new Timings();
  const steps = new Timings();
  const ops = new Timings();
  let beforeStart = (_plan: ContainerPlan): Promise<void> => Promise.resolve();
  let launcher: ContainerDependencies['launcher'] | null = null;
  await using rig = await openContainerRig((deps) => {
    launcher = deps.launcher;
    return watched(deps, steps, (plan) => beforeStart(plan));
  });
  for (let round = -WARM_UP; round < rounds; round++) {
    if (round === 0) for (const timings of [total, steps]) timings.clear();
    await runTrue(rig.containers, total);
  }
  console.log(`create, start and exit of \`true\` without the API\n${total.format()}\nof which\n${steps.format()}`);
  beforeStart = async (plan) => {
    for (let round = 0; launcher !== null && round < OP_ROUNDS; round++) await measureOps(launcher, plan, ops);
  };
  await runTrue(rig.containers, new Timings());
  console.log(`set-up of the child, cumulative, with its removal not counted\n${ops.format()}`);
}

/** The same dependencies, with a clock on those verbs that a start uses. */
function watched(deps: ContainerDependencies, steps: Timings, beforeStart: (plan: ContainerPlan) => Promise<void>): ContainerDependencies {
  const { launcher, snapshots, cgroups, network, records, privileges } = deps;
  const prepare = async (plan: ContainerPlan): Promise<PreparedContainer> => {
    await beforeStart(plan);
    const prepared = await steps.of('start: launcher until the child is set up', () => launcher.prepare(plan));
    return { ...prepared, go: (final) => steps.of('start: launcher until the program runs', () => prepared.go(final)) };
  };
  const start: ContainerDependencies['launcher']['start'] = async (plan, final) => {
    await beforeStart(plan);
    return await steps.of('start: launcher until the program runs, asked once', () => launcher.start(plan, final));
  };
  return {
    ...deps,
    launcher: over(launcher, { prepare, start }),
    snapshots: over(snapshots, { prepare: (...args) => steps.of('create: writable layer', () => snapshots.prepare(...args)) }),
    cgroups: over(cgroups, {
      create: (...args) => steps.of('start: groups with limits', () => cgroups.create(...args)),
      remove: (...args) => steps.of('after the exit: groups removed', () => cgroups.remove(...args)),
    }),
    network: over(network, { connect: (...args) => steps.of('start: network', () => network.connect(...args)) }),
    records: over(records, {
      insert: (stored) => steps.of('create: record', () => records.insert(stored)),
      update: (stored) => steps.of('behind the answer: record', () => records.update(stored)),
    }),
    privileges: over(privileges, { seccomp: (...args) => steps.of('seccomp filter from the cache', () => privileges.seccomp(...args)) }),
    readInRoot: (...args) => steps.of('start: /etc/passwd or group read', () => deps.readInRoot(...args)),
  };
}

/** `methods` in front of those of `target`, which keep their `this`. */
function over<T extends object>(target: T, methods: Partial<T>): T {
  return new Proxy(target, {
    get(object, name): unknown {
      const replaced = methods[name as keyof T];
      if (replaced !== undefined) return replaced;
      const own: unknown = object[name as keyof T];
      return typeof own === 'function' ? (own.bind(object) as unknown) : own;
    },
  });
}

async function runTrue(containers: ContainerServiceHandle, total: Timings): Promise<void> {
  const { id } = await total.of('create', () => containers.create({ Image: 'busybox', Cmd: ['true'], HostConfig: { NetworkMode: 'none' } }, {}));
  const begin = performance.now();
  await total.of('start', () => containers.start(id));
  await containers.wait(id, 'not-running', { signal: new AbortController().signal, armed: () => undefined });
  total.add('start to exit', performance.now() - begin);
  await containers.remove(id, { force: true, volumes: true });
}
