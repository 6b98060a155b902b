import { EllipsisVertical } from 'lucide-react';
import { type ReactElement, useEffect } from 'react';
import { objectMenu, useCommandContext } from '../../stores/object-commands.tsx';
import { useEngine, useServices, useVolumeSize } from '../../stores/services.tsx';
import { diskSize, shortId } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { IconButton } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { MiddleText } from '../../ui/middle-text.tsx';
import { Quantity } from '../../ui/quantity.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import type { Column } from '../../ui/table-layout.ts';
import { RowActions } from '../../ui/table-row.tsx';
import { isAnonymous, kindOf, labelTexts, volumeTitle } from './view-model.ts';
import styles from './volumes.module.css';

interface CellProps {
  readonly id: string;
}

const useRow = (id: string) => useEngine((state) => state.volumes.get(id));
const words = t.volumes;

function NameCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  if (!row) return null;
  const labels = labelTexts(row);
  return (
    <span className={styles.name} title={[row.id, ...labels].join('\n')}>
      <MiddleText text={volumeTitle(row)} className={isAnonymous(row) ? styles.digits : styles.title} />
      {isAnonymous(row) && (
        <span className={styles.badge} title={words.anonymousHint}>
          {words.anonymous}
        </span>
      )}
      {labels.length > 0 && <span className={styles.labels}>{labels.join(' ')}</span>}
    </span>
  );
}

function KindCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  return row ? (
    <span className={styles.dim} title={row.options['device'] ?? row.mountpoint}>
      {words.kinds[kindOf(row)]}
    </span>
  ) : null;
}

function UsedByCell({ id }: CellProps): ReactElement {
  const usedBy = useEngine((state) => state.volumes.get(id)?.usedBy);
  const containers = useEngine((state) => state.containers);
  if (!usedBy || usedBy.length === 0) return <span className={styles.faint}>{words.unused}</span>;
  const names = usedBy.map((user) => containers.get(user)?.name ?? shortId(user));
  return <span title={names.slice(0, 20).join('\n')}>{names.length === 1 ? names[0] : words.usedBy(names.length)}</span>;
}

function SizeCell({ id }: CellProps): ReactElement {
  const { volumeSizes } = useServices();
  const size = useVolumeSize(id);
  useEffect(() => volumeSizes.want([id]), [volumeSizes, id]);
  if (size === undefined) {
    return (
      <span className={styles.faint} title={words.measuring}>
        …
      </span>
    );
  }
  if (size === null) {
    return (
      <span className={styles.faint} title={words.noSize}>
        –
      </span>
    );
  }
  return <Quantity of={diskSize(size)} />;
}

function CreatedCell({ id }: CellProps): ReactElement {
  const created = useEngine((state) => state.volumes.get(id)?.createdAt ?? 0);
  return <RelativeTime time={created} className={styles.dim} />;
}

function ActionsCell({ id }: CellProps): ReactElement | null {
  const context = useCommandContext();
  const row = useRow(id);
  if (!row) return null;
  return (
    <RowActions>
      <Menu
        trigger={
          <IconButton small tabIndex={-1} label={t.moreFor(volumeTitle(row))}>
            <EllipsisVertical />
          </IconButton>
        }
        actions={() => objectMenu(context, 'volumes', [id])}
      />
    </RowActions>
  );
}

export const COLUMNS: readonly Column[] = [
  { id: 'name', label: words.columns.name, width: 200, grows: 3, header: true, sortable: true, dispensable: 0, Cell: NameCell },
  { id: 'kind', label: words.columns.kind, width: 112, sortable: true, dispensable: 4, Cell: KindCell },
  { id: 'usedBy', label: words.columns.usedBy, width: 144, sortable: true, dispensable: 2, Cell: UsedByCell },
  { id: 'size', label: words.columns.size, width: 96, align: 'end', sortable: true, dispensable: 1, Cell: SizeCell },
  { id: 'created', label: words.columns.created, width: 112, align: 'end', sortable: true, dispensable: 3, Cell: CreatedCell },
  { id: 'actions', label: words.columns.actions, labelHidden: true, lazy: true, width: 40, dispensable: 0, Cell: ActionsCell },
];
