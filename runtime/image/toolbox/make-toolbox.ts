import { assertPresent } from '../../base/assert.ts';
import type { Digest } from '../../base/digest.ts';
import { isKind } from '../../base/errors.ts';
import { WorkerPool } from '../../store/layers/worker-pool.ts';
import type { ImageService } from '../image-service.ts';
import { HOST_FILES } from './host-files.ts';
import type { HostQuestion, HostTools } from './inspect-host.ts';
import { packToolbox } from './pack-toolbox.ts';

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
/** Asks a thread, as it hashes tens of megabytes. */
type AskHost = (question: HostQuestion) => Promise<HostTools | null>;

function askThread(): AskHost {
  const pool = new WorkerPool<HostQuestion, HostTools | null>(new URL('./toolbox-worker.ts', import.meta.url), 1);
  return (question) => pool.run(question);
}

/**
 * Makes an image of this machine's own programs, with no network. Idempotent: one that was made of the same files is taken as it is, one
 * that was made of others gives up its name to a new one; callers at the same time share one making. Nothing is left after a failure.
 * Files are read again only when one of them is another than before.
 */
export function toolboxMaker(images: Images, ask: AskHost = askThread()): (signal: AbortSignal) => Promise<Toolbox> {
  let making: Promise<Toolbox> | null = null;
  let known: HostTools | null = null;
  const tools = async (): Promise<HostTools> => {
    const next = await ask({ known: known && { paths: known.paths, stamp: known.stamp } });
    if (next) known = next;
    return assertPresent(known, 'a host that has not changed was looked at before');
  };
  return (signal) => {
    making ??= tools()
      .then((found) => make(images, found, signal))
      .finally(() => {
        making = null;
      });
    return making;
  };
}

async function make(images: Images, { plan, fingerprint }: HostTools, signal: AbortSignal): Promise<Toolbox> {
  const before = find(images);
  if (before?.labels[LABEL] === fingerprint) return { id: before.id, reference: TOOLBOX, size: before.size, created: false, programs: plan.programs };
  const id = await images.importRootfs(packToolbox(plan, HOST_FILES), {
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
