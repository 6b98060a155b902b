import type { ReactElement } from 'react';
import { useLocation } from 'wouter';
import { useEngine, useServices, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { act } from './actions.tsx';
import { isUp } from './view-model.ts';

const NONE: readonly string[] = [];

/** Asks before containers are removed, on whatever screen that was wanted. */
export function ContainerRemoval(): ReactElement {
  const services = useServices();
  const [location, navigate] = useLocation();
  const ids = useUiState(({ asking }) => (asking?.command === 'container.remove' ? asking.ids : NONE));
  const containers = useEngine((state) => state.containers);
  const rows = ids.flatMap((id) => containers.get(id) ?? []);
  const running = rows.filter(isUp).length;
  const words = t.containers;
  return (
    <ConfirmDialog
      open={rows.length > 0}
      title={words.removeTitle(rows.length, rows[0]?.name ?? '')}
      objects={rows.map(({ name }) => name)}
      consequence={running === 0 ? words.removeText : rows.length === 1 ? words.removeOneRunningText : words.removeRunningText(running)}
      action={words.removeMany(rows.length)}
      onConfirm={() => {
        if (rows.some(({ id }) => location === `/containers/${id}`)) navigate('/containers');
        void act(
          services,
          'remove',
          rows.map(({ id }) => id),
        );
      }}
      onClose={() => services.ui.setState({ asking: null })}
    />
  );
}
