import { EllipsisVertical, Play, Square } from 'lucide-react';
import type { ReactElement } from 'react';
import { LIST_SECONDS } from '../../stores/metrics-store.ts';
import { objectMenu, useCommandContext } from '../../stores/object-commands.tsx';
import { useEngine, useMetrics, useServices } from '../../stores/services.tsx';
import { ago, exactTime, memorySize, percent } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { IconButton } from '../../ui/button.tsx';
import { cx } from '../../ui/class-names.ts';
import { Menu } from '../../ui/menu.tsx';
import { MiddleText } from '../../ui/middle-text.tsx';
import { Quantity } from '../../ui/quantity.tsx';
import { useNow } from '../../ui/relative-time.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import type { Column } from '../../ui/table-layout.ts';
import { RowActions } from '../../ui/virtual-table.tsx';
import { act } from './actions.tsx';
import styles from './cells.module.css';
import { isUp, minute, stateWords } from './view-model.ts';

interface CellProps {
  readonly id: string;
}

const useRow = (id: string) => useEngine((state) => state.containers.get(id));
const usePending = (id: string) => useEngine((state) => state.pending.get(id));

function NameCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  const pending = usePending(id);
  if (!row) return null;
  return (
    <span className={styles.name}>
      <StatusDot tone={stateWords(row, pending).tone} />
      <MiddleText text={row.name} className={styles.strong} />
    </span>
  );
}

function ImageCell({ id }: CellProps): ReactElement {
  const image = useEngine((state) => state.containers.get(id)?.image ?? '');
  return <MiddleText text={image} className={styles.dim} />;
}

function StateCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  const pending = usePending(id);
  const now = useNow();
  if (!row) return null;
  const { tone, word, detail, since } = stateWords(row, pending);
  return (
    <span
      className={cx(styles.state, tone === 'failed' && styles.failed)}
      title={since > 0 ? `${word} ${detail} ${exactTime(since)}`.replace('  ', ' ') : word}
    >
      {word} {detail}
      {since > 0 && <small> {ago(since, now)}</small>}
    </span>
  );
}

function CpuCell({ id }: CellProps): ReactElement {
  const up = useEngine((state) => state.containers.get(id)?.state === 'running');
  const points = useMetrics((state) => state.points.get(id));
  const last = points?.at(-1);
  if (!up || !points || !last) return <span className={styles.absent}>–</span>;
  return (
    <span className={styles.cpu}>
      <Sparkline values={minute(points, LIST_SECONDS)} slots={LIST_SECONDS} top={10} />
      <span className={styles.number}>
        <Quantity of={percent(last.cpuPercent)} />
      </span>
    </span>
  );
}

function MemoryCell({ id }: CellProps): ReactElement {
  const up = useEngine((state) => state.containers.get(id)?.state === 'running');
  const point = useMetrics((state) => state.points.get(id)?.at(-1));
  if (!up || !point) return <span className={styles.absent}>–</span>;
  return (
    <span>
      <Quantity of={memorySize(point.memory)} />
      {point.memoryLimit > 0 && (
        <span className={styles.limit}>
          {' / '}
          <Quantity of={memorySize(point.memoryLimit)} />
        </span>
      )}
    </span>
  );
}

function CreatedCell({ id }: CellProps): ReactElement | null {
  const created = useEngine((state) => state.containers.get(id)?.createdAt);
  const now = useNow();
  if (created === undefined) return null;
  return (
    <span className={cx(styles.text, styles.dim)} title={exactTime(created)}>
      {ago(created, now)}
    </span>
  );
}

function ActionsCell({ id }: CellProps): ReactElement | null {
  const services = useServices();
  const context = useCommandContext();
  const row = useRow(id);
  const busy = usePending(id) !== undefined;
  if (!row) return null;
  const up = isUp(row);
  const verb = up ? 'stop' : 'start';
  return (
    <RowActions>
      <IconButton
        small
        tabIndex={-1}
        label={up ? t.containers.stopOne(row.name) : t.containers.startOne(row.name)}
        keys="S"
        disabled={busy}
        onClick={() => void act(services, verb, [id])}
      >
        {up ? <Square fill="currentColor" /> : <Play fill="currentColor" />}
      </IconButton>
      <Menu
        trigger={
          <IconButton small tabIndex={-1} label={t.moreFor(row.name)}>
            <EllipsisVertical />
          </IconButton>
        }
        actions={() => objectMenu(context, 'containers', [id])}
      />
    </RowActions>
  );
}

const words = t.containers.columns;
export const COLUMNS: readonly Column[] = [
  { id: 'name', label: words.name, width: 180, grows: 3, header: true, sortable: true, dispensable: 0, Cell: NameCell },
  { id: 'image', label: words.image, width: 180, grows: 2, sortable: true, dispensable: 3, Cell: ImageCell },
  { id: 'state', label: words.state, width: 176, sortable: true, dispensable: 1, Cell: StateCell },
  { id: 'cpu', label: words.cpu, width: 136, align: 'end', sortable: true, dispensable: 2, Cell: CpuCell },
  { id: 'memory', label: words.memory, width: 148, align: 'end', sortable: true, dispensable: 4, Cell: MemoryCell },
  { id: 'created', label: words.created, width: 104, align: 'end', sortable: true, dispensable: 5, Cell: CreatedCell },
  { id: 'actions', label: words.actions, labelHidden: true, lazy: true, width: 68, dispensable: 0, Cell: ActionsCell },
];
