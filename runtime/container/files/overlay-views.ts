import { randomBytes } from 'node:crypto';
import type { Launcher } from '../../sys/launcher/launcher.ts';
import { openView } from './open-view.ts';
import type { OpenedRoot } from './root-uses.ts';

/** Directories of an overlay, top first; without `upper` and `work` it can only be read and needs two lower ones. */
export interface ViewedDirectories {
  readonly lower: readonly string[];
  readonly upper?: string;
  readonly work?: string;
}

/** Overlays that no container has, mounted in a namespace of nobody's and reached by the descriptor of their root alone. */
export interface OverlayViews {
  /** An upper directory may be in one view at a time. Nothing is mounted any more once the view is disposed of. */
  open(directories: ViewedDirectories): Promise<OpenedRoot>;
}

/** `run`: where run directories of containers are, whose collection takes those of views that an engine has left. */
export function createOverlayViews(launcher: Launcher, run: string): OverlayViews {
  return {
    open: (directories) => {
      const id = randomBytes(32).toString('hex');
      return openView(launcher, { id, runDirectory: `${run}/${id.slice(0, 32)}` }, [{ op: 'overlay', ...directories }]);
    },
  };
}
