import { EllipsisVertical, KeyRound, ShieldCheck } from 'lucide-react';
import type { ReactElement } from 'react';
import type { RegistryRow } from '../../../electron/ipc/contract/registries.ts';
import { objectMenu, useCommandContext } from '../../stores/object-commands.tsx';
import { useRegistries, useServices } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { IconButton } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { MiddleText } from '../../ui/middle-text.tsx';
import type { Column } from '../../ui/table-layout.ts';
import { RowActions } from '../../ui/table-row.tsx';
import { testLogin } from './actions.ts';
import styles from './registries.module.css';
import { keeperText } from './view-model.ts';

const words = t.registries;

interface CellProps {
  readonly id: string;
}

const useRow = (id: string): RegistryRow | undefined => useRegistries(({ list }) => list?.registries.find(({ host }) => host === id));

const HostCell = ({ id }: CellProps): ReactElement => <MiddleText text={id} className={styles.host} />;

function UserCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  if (!row) return null;
  if (row.keeper === 'none') return <span className={styles.faint}>{words.noLogin}</span>;
  return row.username === '' ? <span className={styles.dim}>{words.token}</span> : <span>{row.username}</span>;
}

function KeeperCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  return row ? <span className={row.keeper === 'none' ? styles.faint : styles.dim}>{keeperText(row)}</span> : null;
}

function MarksCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  if (!row) return null;
  return (
    <span className={styles.marks}>
      {row.insecure && (
        <span className={styles.warning} title={words.marks.insecureText}>
          {words.marks.insecure}
        </span>
      )}
      {row.mirrors.length > 0 && <span title={row.mirrors.join('\n')}>{words.marks.mirrors(row.mirrors.length)}</span>}
      {row.keeper === 'docker' && !row.added && <span>{words.marks.known}</span>}
    </span>
  );
}

function ActionsCell({ id }: CellProps): ReactElement | null {
  const services = useServices();
  const context = useCommandContext();
  return (
    <RowActions>
      <IconButton
        small
        tabIndex={-1}
        label={words.loginTo(id)}
        command="registry.login"
        onClick={() => services.ui.setState({ asking: { command: 'registry.login', ids: [id] } })}
      >
        <KeyRound />
      </IconButton>
      <IconButton small tabIndex={-1} label={words.testOf(id)} command="registry.test" onClick={() => void testLogin(services, id)}>
        <ShieldCheck />
      </IconButton>
      <Menu
        trigger={
          <IconButton small tabIndex={-1} label={t.moreFor(id)}>
            <EllipsisVertical />
          </IconButton>
        }
        actions={() => objectMenu(context, 'registries', [id])}
      />
    </RowActions>
  );
}

export const COLUMNS: readonly Column[] = [
  { id: 'host', label: words.columns.host, width: 200, grows: 3, header: true, sortable: true, dispensable: 0, Cell: HostCell },
  { id: 'username', label: words.columns.username, width: 160, sortable: true, dispensable: 1, Cell: UserCell },
  { id: 'keeper', label: words.columns.keeper, width: 216, sortable: true, dispensable: 2, Cell: KeeperCell },
  { id: 'marks', label: words.columns.marks, width: 200, dispensable: 3, Cell: MarksCell },
  { id: 'actions', label: words.columns.actions, labelHidden: true, lazy: true, width: 96, dispensable: 0, Cell: ActionsCell },
];
