import { readFileSync } from 'node:fs';
import { EngineError, messageOf } from '../base/errors.ts';
import { resolveUser } from '../container/spec/user.ts';
import { parseRuntimeSpec } from '../formats/oci/runtime-spec.ts';
import type { MonitorHandle } from '../sys/launcher/launcher.ts';
import { adoptPrepared } from '../sys/launcher/prepared-container.ts';
import { createLinuxSyscalls } from '../sys/linux-syscalls.ts';
import { readInRoot } from '../sys/read-in-root.ts';
import { runHooks } from './hooks.ts';
import { programOps } from './program-ops.ts';
import { placesOf, readState } from './state.ts';

/** Lets the program of a created container run. Throws Conflict in any other state, InvalidArgument when the program cannot be run. */
export async function start(root: string, id: string): Promise<MonitorHandle> {
  const state = await readState(root, id);
  if (state.status === 'running') throw new EngineError('Conflict', 'cannot start an already running container');
  if (state.status === 'stopped') throw new EngineError('Conflict', 'cannot start a container that has stopped');
  const places = placesOf(root, id);
  const spec = parseRuntimeSpec(readFileSync(places.config, 'utf8'));
  const prepared = await adoptPrepared(places.run);
  const monitor = await prepared.go(programOps(spec, homeOf(prepared.pid, spec.process.user.uid)));
  // The specification has failures of these hooks logged, and the container goes on.
  await runHooks(spec, 'poststart', { ...state, status: 'running' }).catch(
    (error: unknown) => void process.stderr.write(`slipway-runtime: ${messageOf(error)}\n`),
  );
  return monitor;
}

/** From the container's own passwd; `/` when that says nothing. */
function homeOf(pid: number, uid: number): string {
  try {
    return resolveUser(String(uid), [], readInRoot(createLinuxSyscalls(), pid, '/etc/passwd'), '').home;
  } catch {
    return '/';
  }
}
