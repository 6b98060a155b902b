import { createHash } from 'node:crypto';
import type { Digest } from '../../base/digest.ts';
import { isKind } from '../../base/errors.ts';
import type { ImageService } from '../image-service.ts';
import { HOST_FILES, type HostFiles } from './host-files.ts';
import { packToolbox } from './pack-toolbox.ts';
import { planToolbox, type ToolboxPlan } from './plan-toolbox.ts';

const TOOLBOX = 'slipway/toolbox:latest';
/** Says of which files an image was made: the digest of its archive. */
const LABEL = 'io.slipway.toolbox';

export interface Toolbox {
  readonly id: Digest;
  readonly reference: string;
  /** Bytes of its files. */
  readonly size: number;
  /** False: it was here already. */
  readonly created: boolean;
  readonly programs: readonly string[];
}

type Images = Pick<ImageService, 'inspect' | 'importRootfs' | 'remove'>;

/**
 * Makes an image of this machine's own programs, with no network. Idempotent: one that was made of the same files is taken as it is, one
 * that was made of others gives up its name to a new one; callers at the same time share one making. Nothing is left after a failure.
 */
export function toolboxMaker(images: Images, files: HostFiles = HOST_FILES): (signal: AbortSignal) => Promise<Toolbox> {
  let making: Promise<Toolbox> | null = null;
  return (signal) => {
    making ??= make(images, files, signal).finally(() => {
      making = null;
    });
    return making;
  };
}

async function make(images: Images, files: HostFiles, signal: AbortSignal): Promise<Toolbox> {
  const plan = await planToolbox(files);
  const fingerprint = await digestOf(plan, files);
  const before = find(images);
  if (before?.labels[LABEL] === fingerprint) return { id: before.id, reference: TOOLBOX, size: before.size, created: false, programs: plan.programs };
  const id = await images.importRootfs(packToolbox(plan, files), {
    signal,
    reference: TOOLBOX,
    message: "Made of this machine's own programs",
    config: {
      Cmd: ['/bin/sh'],
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      WorkingDir: '/',
      Labels: { [LABEL]: fingerprint },
    },
  });
  // The one that it replaces has no name any more; a container may still have it.
  if (before && before.id !== id) await images.remove(before.id, { force: false, noprune: false }).catch(() => undefined);
  return { id, reference: TOOLBOX, size: images.inspect(TOOLBOX).size, created: true, programs: plan.programs };
}

function find(images: Images): ReturnType<ImageService['inspect']> | null {
  try {
    return images.inspect(TOOLBOX);
  } catch (error) {
    if (isKind(error, 'NotFound')) return null;
    throw error;
  }
}

async function digestOf(plan: ToolboxPlan, files: HostFiles): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of packToolbox(plan, files)) hash.update(chunk);
  return hash.digest('hex');
}
