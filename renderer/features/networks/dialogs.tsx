import { type ReactElement, useEffect } from 'react';
import { useLocation } from 'wouter';
import { useEngine, useServices, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { disconnect, removeNetworks } from './actions.ts';
import { ConnectDialog } from './connect-dialog.tsx';
import { CreateDialog } from './create-dialog.tsx';
import { isUnused, isUp, membersOf } from './view-model.ts';

const words = t.networks;

/** What is asked before something is done to networks, on whatever screen that was wanted. */
export function NetworkDialogs(): ReactElement | null {
  const { ui } = useServices();
  const asking = useUiState((state) => state.asking);
  const network = useEngine((state) => state.networks.get(asking?.ids[0] ?? ''));
  const close = () => ui.setState({ asking: null });
  switch (asking?.command) {
    case 'network.create':
      return <CreateDialog onClose={close} />;
    case 'network.connect':
      return network ? <ConnectDialog network={network} onClose={close} /> : null;
    case 'network.disconnect':
      return <Disconnection id={asking.ids[0] ?? ''} container={asking.ids[1] ?? ''} onClose={close} />;
    case 'network.remove':
      return <Removal ids={asking.ids} onClose={close} />;
    case 'network.prune':
      return <Removal ids={null} onClose={close} />;
    default:
      return null;
  }
}

/** `ids` null: all that nobody uses. What is shown is what is removed, whatever happens in between. */
function Removal({ ids, onClose }: { readonly ids: readonly string[] | null; readonly onClose: () => void }): ReactElement {
  const services = useServices();
  const [location, navigate] = useLocation();
  const networks = useEngine((state) => state.networks);
  const containers = useEngine((state) => state.containers);
  const rows = ids ? ids.flatMap((id) => networks.get(id) ?? []) : [...networks.values()].filter((row) => isUnused(row, containers));
  useClosed(rows.length === 0, onClose);
  const stopped = new Set(rows.flatMap((row) => membersOf(row, containers).filter((member) => !isUp(member)))).size;
  return (
    <ConfirmDialog
      open={rows.length > 0}
      title={ids ? words.removeTitle(rows.length, rows[0]?.name ?? '') : words.pruneTitle(rows.length)}
      objects={rows.map(({ name, subnets }) => [name, ...subnets.map(({ subnet }) => subnet)].join('  '))}
      consequence={ids ? `${words.removeText}${stopped > 0 ? ` ${words.removeStopped(stopped)}` : ''}` : words.pruneText}
      action={words.removeMany(rows.length)}
      onConfirm={() => {
        if (rows.some(({ id }) => location === `/networks/${id}`)) navigate('/networks');
        void removeNetworks(
          services,
          rows.map(({ id }) => id),
        );
      }}
      onClose={onClose}
    />
  );
}

function Disconnection({ id, container, onClose }: { readonly id: string; readonly container: string; readonly onClose: () => void }): ReactElement {
  const services = useServices();
  const network = useEngine((state) => state.networks.get(id));
  const row = useEngine((state) => state.containers.get(container));
  const isMember = network !== undefined && row !== undefined && membersOf(network, new Map([[row.id, row]])).length > 0;
  useClosed(!isMember, onClose);
  return (
    <ConfirmDialog
      open={isMember}
      title={words.disconnectTitle(row?.name ?? '', network?.name ?? '')}
      objects={row ? [row.name] : []}
      consequence={words.disconnectText}
      action={words.disconnectOne(row?.name ?? '')}
      onConfirm={() => void disconnect(services, id, container)}
      onClose={onClose}
    />
  );
}

/** A question that is about nothing any more is over, and is not asked again by itself. */
function useClosed(isOver: boolean, onClose: () => void): void {
  useEffect(() => {
    if (isOver) onClose();
  });
}
