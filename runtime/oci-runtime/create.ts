import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createLogger } from '../base/log.ts';
import { parseRuntimeSpec, type RuntimeSpec } from '../formats/oci/runtime-spec.ts';
import { createLauncher, LAUNCHER_BINARY } from '../sys/launcher/create-launcher.ts';
import type { CgroupJoin, ContainerPlan } from '../sys/launcher/launcher.ts';
import { createLinuxSyscalls } from '../sys/linux-syscalls.ts';
import { cgroupPlace, openCgroups } from './cgroups.ts';
import { checkHooks, runHooks } from './hooks.ts';
import { namespacesOf } from './namespaces.ts';
import { programOps } from './program-ops.ts';
import { deviceAccessOf, limitsOf } from './resources.ts';
import { setupOps } from './setup-ops.ts';
import { placesOf, reservePlaces, writeState } from './state.ts';

export interface CreateOptions {
  readonly root: string;
  readonly bundle: string;
  readonly pidFile?: string;
  readonly consoleSocket?: string;
}

const LIMIT = 4 * 2 ** 20;

/** Brings a bundle up to the moment before its program. Nothing is left after a failure. Throws EngineError naming the field at fault. */
export async function create(id: string, options: CreateOptions): Promise<void> {
  const places = placesOf(options.root, id);
  const bundle = resolve(options.bundle);
  const text = readFileSync(join(bundle, 'config.json'), 'utf8').slice(0, LIMIT);
  const spec = parseRuntimeSpec(text);
  checkTerminal(spec, options.consoleSocket);
  checkHooks(spec);
  programOps(spec, '/');
  const place = cgroupPlace(id, spec.linux.cgroupsPath);
  const access = deviceAccessOf(spec.linux.resources);
  const limits = limitsOf(spec.linux.resources);
  await using stack = new AsyncDisposableStack();
  await using undo = new AsyncDisposableStack();
  undo.use(reservePlaces(options.root, places));
  writeFileSync(places.config, text, { mode: 0o600 });
  const syscalls = createLinuxSyscalls();
  const cgroups = stack.use(openCgroups(syscalls, place));
  const cgroup = cgroups.create(place.name, limits, access);
  undo.defer(() => cgroups.remove(place.name));
  const logger = createLogger('warn', (line) => process.stderr.write(line));
  const launcher = stack.use(await createLauncher({ syscalls, binary: LAUNCHER_BINARY, runDirectory: places.directory, logger }));
  const groups = namespacesOf(spec.linux).newCgroup ? null : groupsOf(cgroup);
  const setup = setupOps(spec, { bundle, hierarchies: cgroups.hierarchies, groups });
  const prepared = await launcher.prepare(planOf(id, spec, { run: places.run, cgroup, setup, consoleSocket: options.consoleSocket }));
  undo.defer(() => prepared.abort());
  const state = { ociVersion: spec.ociVersion, id, bundle, annotations: spec.annotations };
  for (const phase of ['prestart', 'createRuntime'] as const) await runHooks(spec, phase, { ...state, status: 'creating', pid: prepared.pid });
  if (options.pidFile !== undefined) writeFileSync(options.pidFile, String(prepared.pid));
  writeState(places, { ...state, created: new Date().toISOString(), cgroup: place });
  undo.move();
  prepared.leave();
}

function checkTerminal({ process: { terminal } }: RuntimeSpec, consoleSocket: string | undefined): void {
  if (terminal && consoleSocket === undefined) throw new Error('cannot allocate tty without a console socket');
  if (!terminal && consoleSocket !== undefined) throw new Error('cannot use a console socket without a terminal');
}

interface Made {
  readonly run: string;
  readonly cgroup: CgroupJoin;
  readonly setup: ContainerPlan['setup'];
  readonly consoleSocket: string | undefined;
}

function planOf(id: string, { process: { terminal, consoleSize }, linux }: RuntimeSpec, made: Made): ContainerPlan {
  const { cloneFlags, newCgroup, join: joinNamespaces } = namespacesOf(linux);
  return {
    id,
    runDirectory: made.run,
    tty: terminal,
    openStdin: true,
    stdinOnce: false,
    ...(consoleSize === undefined ? {} : { size: { rows: consoleSize.height, columns: consoleSize.width } }),
    detached: made.consoleSocket === undefined ? {} : { consoleSocket: resolve(made.consoleSocket) },
    cloneFlags,
    newCgroupNamespace: newCgroup,
    cgroup: made.cgroup,
    joinNamespaces,
    hostNetlink: [],
    setup: made.setup,
  };
}

/** The directories of the groups, v1 ones in the order of the hierarchies. */
function groupsOf({ v1Tasks, v2Directory }: CgroupJoin): string[] {
  return v1Tasks.length > 0 ? v1Tasks.map((file) => dirname(file)) : v2Directory === undefined ? [] : [v2Directory];
}
