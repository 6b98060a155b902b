import type { ReactElement } from 'react';
import { tellFailure, useNotices, useServices, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';

const words = t.activity.notices;

/** Asks before the container that took the place of another in an update that was cut off is removed for it. */
export function BringBackDialog(): ReactElement {
  const { ui, notices, toasts } = useServices();
  const id = useUiState(({ asking }) => (asking?.command === 'notice.bring-back' ? (asking.ids[0] ?? '') : ''));
  const notice = useNotices((state) => state.notices.get(id));
  return (
    <ConfirmDialog
      open={notice !== undefined}
      title={words.bringBack(notice?.object ?? '')}
      objects={notice ? [notice.object] : []}
      consequence={words.bringBackText}
      action={words.bringBackAction}
      onConfirm={() => {
        if (notice) notices.bringBack(notice.objectId).catch((error: unknown) => tellFailure(toasts, words.bringBackFailed, error));
      }}
      onClose={() => ui.setState({ asking: null })}
    />
  );
}
