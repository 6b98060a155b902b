import { Cable, EllipsisVertical } from 'lucide-react';
import type { ReactElement } from 'react';
import { objectMenu, useCommandContext } from '../../stores/object-commands.tsx';
import { useEngine, useServices } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { IconButton } from '../../ui/button.tsx';
import { cx } from '../../ui/class-names.ts';
import { Menu } from '../../ui/menu.tsx';
import { MiddleText } from '../../ui/middle-text.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import type { Column } from '../../ui/table-layout.ts';
import { RowActions } from '../../ui/table-row.tsx';
import styles from './cells.module.css';
import { isUp, labelTexts, membersOf } from './view-model.ts';

interface CellProps {
  readonly id: string;
}

const words = t.networks;
const useRow = (id: string) => useEngine((state) => state.networks.get(id));
const NOTHING = <span className={styles.faint}>–</span>;

function NameCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  const leaving = useEngine((state) => state.pending.get(id) === 'remove');
  if (!row) return null;
  return (
    <span className={cx(styles.name, leaving && styles.leaving)} title={row.name}>
      <MiddleText text={row.name} className={styles.title} />
      {row.builtIn && <span className={styles.mark}>{words.builtIn}</span>}
    </span>
  );
}

const DriverCell = ({ id }: CellProps): ReactElement => <span className={styles.dim}>{useRow(id)?.driver}</span>;

function SubnetsCell({ id }: CellProps): ReactElement {
  const subnets = useRow(id)?.subnets ?? [];
  const [first] = subnets;
  if (!first) return NOTHING;
  return (
    <span className={styles.address} title={subnets.map(({ subnet }) => subnet).join('\n')}>
      {first.subnet}
      {subnets.length > 1 && <span className={styles.more}>{words.moreSubnets(subnets.length - 1)}</span>}
    </span>
  );
}

function GatewayCell({ id }: CellProps): ReactElement {
  const gateways = (useRow(id)?.subnets ?? []).flatMap(({ gateway }) => (gateway === '' ? [] : [gateway]));
  if (gateways.length === 0) return NOTHING;
  return (
    <span className={cx(styles.address, styles.dim)} title={gateways.join('\n')}>
      {gateways[0]}
    </span>
  );
}

function KindCell({ id }: CellProps): ReactElement {
  const row = useRow(id);
  const kinds = [...(row?.internal ? [words.internal] : []), ...(row?.ipv6 ? [words.ipv6] : [])];
  return kinds.length === 0 ? NOTHING : <span className={styles.dim}>{kinds.join(', ')}</span>;
}

function MembersCell({ id }: CellProps): ReactElement {
  const row = useRow(id);
  const containers = useEngine((state) => state.containers);
  const members = row ? membersOf(row, containers) : [];
  if (members.length === 0) return NOTHING;
  const up = members.filter(isUp).length;
  return (
    <span title={words.membersExact(up, members.length)} className={cx(up === 0 && styles.dim)}>
      {words.members(up, members.length)}
    </span>
  );
}

function LabelsCell({ id }: CellProps): ReactElement {
  const row = useRow(id);
  const texts = row ? labelTexts(row) : [];
  if (texts.length === 0) return NOTHING;
  return (
    <span className={styles.labels} title={texts.join('\n')}>
      {texts.join(', ')}
    </span>
  );
}

function CreatedCell({ id }: CellProps): ReactElement {
  const created = useRow(id)?.createdAt ?? 0;
  return <RelativeTime time={created} className={styles.dim} />;
}

function ActionsCell({ id }: CellProps): ReactElement | null {
  const { ui } = useServices();
  const context = useCommandContext();
  const row = useRow(id);
  if (!row) return null;
  return (
    <RowActions>
      <IconButton
        small
        tabIndex={-1}
        label={words.connectTo(row.name)}
        command="network.connect"
        disabled={row.driver === 'host' || row.driver === 'null'}
        onClick={() => ui.setState({ asking: { command: 'network.connect', ids: [id] } })}
      >
        <Cable />
      </IconButton>
      <Menu
        trigger={
          <IconButton small tabIndex={-1} label={t.moreFor(row.name)}>
            <EllipsisVertical />
          </IconButton>
        }
        actions={() => objectMenu(context, 'networks', [id])}
      />
    </RowActions>
  );
}

const heads = words.columns;
export const COLUMNS: readonly Column[] = [
  { id: 'name', label: heads.name, width: 180, grows: 3, header: true, sortable: true, dispensable: 0, Cell: NameCell },
  { id: 'members', label: heads.members, width: 96, align: 'end', sortable: true, dispensable: 1, Cell: MembersCell },
  { id: 'subnets', label: heads.subnets, width: 176, sortable: true, dispensable: 2, Cell: SubnetsCell },
  { id: 'gateway', label: heads.gateway, width: 128, dispensable: 5, Cell: GatewayCell },
  { id: 'driver', label: heads.driver, width: 96, sortable: true, dispensable: 3, Cell: DriverCell },
  { id: 'kind', label: heads.kind, width: 116, dispensable: 4, Cell: KindCell },
  { id: 'labels', label: heads.labels, width: 140, grows: 2, dispensable: 7, Cell: LabelsCell },
  { id: 'created', label: heads.created, width: 96, align: 'end', sortable: true, dispensable: 6, Cell: CreatedCell },
  { id: 'actions', label: heads.actions, labelHidden: true, fixed: true, lazy: true, width: 68, dispensable: 0, Cell: ActionsCell },
];
