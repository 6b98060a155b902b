import { ChevronDown, ChevronRight, EllipsisVertical, Play, RotateCw, Square } from 'lucide-react';
import type { ReactElement } from 'react';
import type { MetricPoint } from '../../../runtime/api/types/metrics.ts';
import type { MetricsState } from '../../stores/metrics-store.ts';
import { objectMenu, useCommandContext } from '../../stores/object-commands.tsx';
import { useEngine, useMetrics, useServices, useUiState } from '../../stores/services.tsx';
import { byteRate, memorySize, percent } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { IconButton } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Quantity } from '../../ui/quantity.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import { RowActions } from '../../ui/table-row.tsx';
import { act, eligible } from './actions.tsx';
import styles from './cells.module.css';
import { useMemberRows, useMembers, useWhole } from './list-context.ts';
import { groupName, groupTitle, isPod } from './listing.ts';
import { groupTone, isUp } from './view-model.ts';

interface CellProps {
  readonly id: string;
}

export function GroupName({ id }: CellProps): ReactElement {
  const name = groupTitle(id);
  const rows = useMemberRows(id);
  const open = useUiState((state) => !state.lists.containers.folded.includes(groupName(id)));
  return (
    <span className={styles.name}>
      <span className={styles.chevron}>{open ? <ChevronDown /> : <ChevronRight />}</span>
      <StatusDot tone={groupTone(rows)} />
      <span className={styles.project} title={isPod(id) ? t.containerList.pod(name) : t.containerList.project(name)}>
        {name}
      </span>
      {isPod(id) && <small className={styles.kind}>{t.containerList.podWord}</small>}
    </span>
  );
}

export function GroupState({ id }: CellProps): ReactElement {
  const rows = useMemberRows(id);
  return <span className={styles.dim}>{t.containerList.running(rows.filter((row) => isUp(row) && row.state !== 'restarting').length, rows.length)}</span>;
}

const sumOf =
  (ids: readonly string[], value: (point: MetricPoint) => number) =>
  ({ points }: MetricsState): number | null =>
    ids.reduce<number | null>((sum, id) => {
      const last = points.get(id)?.at(-1);
      return last ? (sum ?? 0) + value(last) : sum;
    }, null);

const Absent = (): ReactElement => <span className={styles.absent}>–</span>;

export function GroupCpu({ id }: CellProps): ReactElement {
  const sum = useMetrics(sumOf(useWhole(id), ({ cpuPercent }) => cpuPercent));
  return sum === null ? <Absent /> : <Quantity of={percent(sum)} />;
}

export function GroupMemory({ id }: CellProps): ReactElement {
  const sum = useMetrics(sumOf(useWhole(id), ({ memory }) => memory));
  return sum === null ? <Absent /> : <Quantity of={memorySize(sum)} />;
}

export function GroupNetwork({ id }: CellProps): ReactElement {
  const sum = useMetrics(sumOf(useWhole(id), ({ networkRx, networkTx }) => networkRx + networkTx));
  return sum === null ? <Absent /> : <Quantity of={byteRate(sum)} />;
}

/** Start what is stopped, stop what runs, and the rest in the menu. */
export function GroupActions({ id }: CellProps): ReactElement {
  const services = useServices();
  const context = useCommandContext();
  const members = useMembers(id);
  // What can be done follows the members' states.
  useEngine((state) => state.containers);
  useEngine((state) => state.pending);
  const name = groupTitle(id);
  const stopped = eligible(services, 'start', members);
  const running = eligible(services, 'stop', members);
  const words = t.verbs;
  return (
    <RowActions>
      <>
        {running.length > 0 && (
          <IconButton
            small
            tabIndex={-1}
            label={words.ofProject(words.many.restart(running.length), name)}
            onClick={() => void act(services, 'restart', running)}
          >
            <RotateCw />
          </IconButton>
        )}
        {stopped.length > 0 && (
          <IconButton small tabIndex={-1} label={words.ofProject(words.many.start(stopped.length), name)} onClick={() => void act(services, 'start', stopped)}>
            <Play fill="currentColor" />
          </IconButton>
        )}
        {running.length > 0 && (
          <IconButton small tabIndex={-1} label={words.ofProject(words.many.stop(running.length), name)} onClick={() => void act(services, 'stop', running)}>
            <Square fill="currentColor" />
          </IconButton>
        )}
      </>
      <Menu
        trigger={
          <IconButton small tabIndex={-1} label={t.moreFor(name)}>
            <EllipsisVertical />
          </IconButton>
        }
        actions={() => objectMenu(context, 'containers', members).filter(({ disabled }) => !disabled)}
      />
    </RowActions>
  );
}
