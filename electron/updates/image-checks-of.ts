import { join } from 'node:path';
import { engineRuns } from '../engine/engine-runs.ts';
import type { Supervisor } from '../engine/supervisor.ts';
import { outdatedNotice } from '../notifications/decide.ts';
import type { Watch } from '../notifications/watch.ts';
import type { Keeping } from '../settings/keeping.ts';
import { ImageCheckFile } from './image-check-file.ts';
import { ImageChecks, type ImageChecksOptions } from './image-checks.ts';

interface Surroundings extends Pick<ImageChecksOptions, 'engine' | 'registries' | 'settings'> {
  /** The folder of the app's own files. */
  readonly config: string;
  readonly keeping: Keeping;
  readonly supervisor: Pick<Supervisor, 'state' | 'subscribe'>;
  readonly watch: Pick<Watch, 'notices'>;
}

/** Image checks that begin when the engine of a supervisor runs, and tell what they find as a notice. */
export function imageChecksOf({ config, keeping, supervisor, watch, ...options }: Surroundings): Promise<ImageChecks> {
  return ImageChecks.open({
    ...options,
    memory: new ImageCheckFile(join(config, 'image-checks.json'), keeping),
    onEngine: engineRuns(supervisor),
    onFound: (images) => watch.notices.take(outdatedNotice(images)),
  });
}
