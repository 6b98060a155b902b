import type { ContainerPlan, Launcher } from '../../sys/launcher/launcher.ts';
import type { Op, OpName } from '../../sys/launcher/ops.ts';
import type { Timings } from './timings.ts';

const GROUPS: Partial<Record<OpName, string>> = {
  'slave-root': 'root file system',
  overlay: 'root file system',
  mount: 'kernel file systems',
  bind: 'files of /etc and mounts',
  device: 'devices',
  mkdir: 'devices',
  symlink: 'devices',
  'pivot-root': 'pivot_root',
  'readonly-path': 'read-only paths and masks',
  mask: 'read-only paths and masks',
};

/**
 * Sets a child up with ever more of a plan's operations and takes it away again: what a group of them costs is the difference
 * to the setup without it. The plan's groups and directories must exist.
 */
export async function measureOps(launcher: Launcher, plan: ContainerPlan, timings: Timings): Promise<void> {
  for (const { label, end } of [{ label: 'fork, namespaces, groups joined', end: 0 }, ...groupsOf(plan.setup)]) {
    const prepared = await timings.of(label, () => launcher.prepare({ ...plan, setup: plan.setup.slice(0, end) }));
    await prepared.abort();
  }
}

/** Runs of operations with one label, each with the number of operations up to its end. */
function groupsOf(ops: readonly Op[]): { readonly label: string; readonly end: number }[] {
  const groups: { label: string; end: number }[] = [];
  for (const [index, { op }] of ops.entries()) {
    const label = `+ ${GROUPS[op] ?? op}`;
    const last = groups.at(-1);
    if (last?.label === label) last.end = index + 1;
    else groups.push({ label, end: index + 1 });
  }
  return groups;
}
