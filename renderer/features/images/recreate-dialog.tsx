import type { ReactElement } from 'react';
import { tellFailure, useEngine, useImageFacts, useServices, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { updatesOf } from './updates.ts';

const words = t.imageTools.update;

/** Asks before an image is updated together with its containers, and names them. */
export function RecreateDialog(): ReactElement {
  const { ui, tasks, toasts } = useServices();
  const id = useUiState(({ asking }) => (asking?.command === 'image.recreate' ? (asking.ids[0] ?? '') : ''));
  const images = useEngine((state) => state.images);
  const containers = useEngine((state) => state.containers);
  const remote = useImageFacts((state) => state.remote);
  const updates = id === '' ? [] : updatesOf(images.get(id), containers, remote);
  const rows = updates.flatMap((update) => update.containers);
  return (
    <ConfirmDialog
      open={rows.length > 0}
      look="primary"
      title={words.recreateTitle(updates[0]?.reference ?? '')}
      objects={rows.map(({ name }) => name)}
      consequence={words.recreateText}
      action={words.recreateMany(rows.length)}
      onConfirm={() => {
        for (const { reference, containers: made } of updates) {
          tasks
            .run({ kind: 'image.update', reference, containers: made.map((row) => row.id) })
            .catch((error: unknown) => tellFailure(toasts, words.recreateFailed(reference), error));
        }
      }}
      onClose={() => ui.setState({ asking: null })}
    />
  );
}
