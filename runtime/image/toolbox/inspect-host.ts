import { createHash } from 'node:crypto';
import type { HostFiles } from './host-files.ts';
import { notingFiles, stampOf } from './host-stamp.ts';
import { packToolbox } from './pack-toolbox.ts';
import { planToolbox, type ToolboxPlan } from './plan-toolbox.ts';

/** What this machine gives for a toolbox. */
export interface HostTools {
  readonly plan: ToolboxPlan;
  /** Digest of the archive that the plan makes. */
  readonly fingerprint: string;
  /** Paths that were looked at, and what they were then: while it is the same, so is the rest. */
  readonly paths: readonly string[];
  readonly stamp: string;
}

/** What a thread is asked; `known` is its answer of before. */
export interface HostQuestion {
  readonly known: Pick<HostTools, 'paths' | 'stamp'> | null;
}

/** Reads all that a toolbox is made of; null: nothing of it has changed since `known`. Takes processor time for tens of megabytes. */
export async function inspectHost(files: HostFiles, { known }: HostQuestion): Promise<HostTools | null> {
  if (known && stampOf(known.paths) === known.stamp) return null;
  const asked = new Set<string>();
  const noting = notingFiles(files, asked);
  const plan = await planToolbox(noting);
  const hash = createHash('sha256');
  for await (const chunk of packToolbox(plan, noting)) hash.update(chunk);
  const paths = [...asked];
  return { plan, fingerprint: hash.digest('hex'), paths, stamp: stampOf(paths) };
}
