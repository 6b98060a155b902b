import { readFileSync, rmSync } from 'node:fs';
import { EngineError, isKind, messageOf } from '../base/errors.ts';
import { parseSignal, SIGKILL } from '../container/signals.ts';
import { parseRuntimeSpec } from '../formats/oci/runtime-spec.ts';
import { openMonitor } from '../sys/launcher/prepared-container.ts';
import { createLinuxSyscalls } from '../sys/linux-syscalls.ts';
import { openCgroups } from './cgroups.ts';
import { runHooks } from './hooks.ts';
import { placesOf, readKept } from './state.ts';

/** Sends a signal, by name or number, to the container's first process. Throws Conflict when there is none. */
export async function kill(root: string, id: string, signal: string): Promise<void> {
  const number = parseSignal(signal);
  readKept(root, id);
  const monitor = await openMonitor(placesOf(root, id).run);
  await using _handle = monitor?.handle;
  if (monitor === null || monitor.state === 'stopped') throw new EngineError('Conflict', 'container not running');
  await monitor.handle.signal(number);
}

/**
 * Removes what is left of a stopped container, and of one whose program has not run yet. Throws Conflict for a running one
 * unless `force`, NotFound when there is none (not with `force`).
 */
export async function remove(root: string, id: string, { force }: { readonly force: boolean }): Promise<void> {
  const places = placesOf(root, id);
  let kept: ReturnType<typeof readKept>;
  try {
    kept = readKept(root, id);
  } catch (error) {
    if (force && isKind(error, 'NotFound')) return;
    throw error;
  }
  await end(places.run, id, force);
  using cgroups = openCgroups(createLinuxSyscalls(), kept.cgroup);
  await cgroups.remove(kept.cgroup.name);
  const spec = parseRuntimeSpec(readFileSync(places.config, 'utf8'));
  rmSync(places.directory, { recursive: true, force: true });
  // The specification has failures of these hooks logged, and the removal goes on.
  await runHooks(spec, 'poststop', { ociVersion: kept.ociVersion, id, status: 'stopped', pid: 0, bundle: kept.bundle, annotations: kept.annotations }).catch(
    (error: unknown) => void process.stderr.write(`slipway-runtime: ${messageOf(error)}\n`),
  );
}

async function end(run: string, id: string, force: boolean): Promise<void> {
  const monitor = await openMonitor(run);
  if (monitor === null) return;
  await using handle = monitor.handle;
  if (monitor.state === 'running' && !force) throw new EngineError('Conflict', `cannot delete container ${id} that is not stopped: running`);
  if (monitor.state !== 'stopped') await handle.signal(SIGKILL).catch(() => undefined);
  const hasEnded = await handle.exited.then(
    () => true,
    () => false,
  );
  if (hasEnded) await handle.acknowledgeExit();
}
