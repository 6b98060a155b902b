import type { ReactElement } from 'react';
import { PruneDialog } from './prune-dialog.tsx';
import { PullDialog } from './pull-dialog.tsx';
import { RecreateDialog } from './recreate-dialog.tsx';
import { ImageRemoval } from './removal.tsx';
import { ImageNameDialogs } from './tag-dialog.tsx';

/** Everything that is asked about images, on whatever screen that was wanted. */
export const ImageDialogs = (): ReactElement => (
  <>
    <ImageRemoval />
    <PullDialog />
    <ImageNameDialogs />
    <PruneDialog />
    <RecreateDialog />
  </>
);
