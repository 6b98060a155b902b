import { EllipsisVertical } from 'lucide-react';
import type { ReactElement } from 'react';
import type { BuildRow } from '../../../runtime/api/types/build.ts';
import { objectMenu, useCommandContext } from '../../stores/object-commands.tsx';
import { useBuilds } from '../../stores/services.tsx';
import { duration, thousands } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { IconButton } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Meter } from '../../ui/meter.tsx';
import { MiddleText } from '../../ui/middle-text.tsx';
import { Quantity } from '../../ui/quantity.tsx';
import { RelativeTime, useNow } from '../../ui/relative-time.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import type { Column } from '../../ui/table-layout.ts';
import { RowActions } from '../../ui/table-row.tsx';
import styles from './cells.module.css';
import { buildState, buildTitle, cachedText, familiar, tookMs } from './view-model.ts';

interface CellProps {
  readonly id: string;
}

const useRow = (id: string): BuildRow | undefined => useBuilds((state) => state.builds?.get(id));

function NameCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  if (!row) return null;
  const others = [...row.tags.slice(1).map(familiar), row.tags.length > 0 ? row.target : ''].filter(Boolean).join(', ');
  return (
    <span className={styles.name}>
      <StatusDot tone={buildState(row).tone} />
      <MiddleText text={buildTitle(row)} className={styles.title} />
      {others !== '' && (
        <span className={styles.others} title={others}>
          {others}
        </span>
      )}
    </span>
  );
}

function StateCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  if (!row) return null;
  return (
    <span className={styles.state} data-state={row.status} title={row.error}>
      {buildState(row).word}
    </span>
  );
}

function StepsCell({ id }: CellProps): ReactElement {
  const steps = useRow(id)?.steps ?? 0;
  return <span className={styles.dim}>{steps === 0 ? '–' : thousands(steps)}</span>;
}

function CachedCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  const text = row ? cachedText(row) : '';
  if (!row || text === '') return <span className={styles.dim}>–</span>;
  return (
    <span className={styles.cached} title={t.builds.cachedOf(row.cachedSteps, row.steps)}>
      <Meter label={t.builds.cachedOf(row.cachedSteps, row.steps)} share={row.cachedSteps / row.steps} />
      <Quantity of={{ value: text, unit: '%' }} />
    </span>
  );
}

function DurationCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  const now = useNow();
  return row ? <span className={styles.dim}>{duration(tookMs(row, now))}</span> : null;
}

function StartedCell({ id }: CellProps): ReactElement | null {
  const startedAt = useRow(id)?.startedAt ?? 0;
  return <RelativeTime time={startedAt} className={styles.dim} />;
}

function ActionsCell({ id }: CellProps): ReactElement | null {
  const context = useCommandContext();
  const row = useRow(id);
  if (!row) return null;
  return (
    <RowActions>
      <Menu
        trigger={
          <IconButton small tabIndex={-1} label={t.moreFor(buildTitle(row))}>
            <EllipsisVertical />
          </IconButton>
        }
        actions={() => objectMenu(context, 'builds', [id])}
      />
    </RowActions>
  );
}

const words = t.builds.columns;
export const COLUMNS: readonly Column[] = [
  { id: 'name', label: words.name, width: 220, grows: 3, header: true, sortable: true, dispensable: 0, Cell: NameCell },
  { id: 'state', label: words.state, width: 112, sortable: true, dispensable: 0, Cell: StateCell },
  { id: 'cached', label: words.cached, width: 128, align: 'end', sortable: true, dispensable: 2, Cell: CachedCell },
  { id: 'steps', label: words.steps, width: 72, align: 'end', sortable: true, dispensable: 4, Cell: StepsCell },
  { id: 'duration', label: words.duration, width: 88, align: 'end', sortable: true, dispensable: 1, Cell: DurationCell },
  { id: 'created', label: words.started, width: 112, align: 'end', sortable: true, dispensable: 3, Cell: StartedCell },
  { id: 'actions', label: words.actions, labelHidden: true, lazy: true, width: 44, dispensable: 0, Cell: ActionsCell },
];
