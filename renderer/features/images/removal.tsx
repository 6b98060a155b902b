import type { ReactElement } from 'react';
import { useLocation } from 'wouter';
import { useEngine, useServices, useUiState } from '../../stores/services.tsx';
import { diskSize, joined } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { removeImages } from './actions.tsx';
import { useReclaimable } from './prune-dialog.tsx';
import { imageTitle } from './view-model.ts';

const NONE: readonly string[] = [];

/** Asks before images are removed, on whatever screen that was wanted. */
export function ImageRemoval(): ReactElement {
  const services = useServices();
  const [location, navigate] = useLocation();
  const ids = useUiState(({ asking }) => (asking?.command === 'image.remove' ? asking.ids : NONE));
  const images = useEngine((state) => state.images);
  const rows = ids.flatMap((id) => images.get(id) ?? []);
  const [first] = rows;
  const freed = useReclaimable(rows.map(({ id }) => id));
  return (
    <ConfirmDialog
      open={rows.length > 0}
      title={t.images.removeTitle(rows.length, first ? imageTitle(first) : '')}
      objects={rows.flatMap((row) => (row.tags.length > 0 ? row.tags : [imageTitle(row)]))}
      consequence={freed === null || freed === 0 ? t.images.removeText : `${t.images.removeText} ${t.imageTools.frees(joined(diskSize(freed)))}`}
      action={t.images.removeMany(rows.length)}
      onConfirm={() => {
        if (rows.some(({ id }) => location === `/images/${id}`)) navigate('/images');
        void removeImages(
          services,
          rows.map(({ id }) => id),
        );
      }}
      onClose={() => services.ui.setState({ asking: null })}
    />
  );
}
