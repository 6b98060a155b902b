import { EllipsisVertical, Play, Square } from 'lucide-react';
import type { ReactElement } from 'react';
import { LIST_SECONDS } from '../../stores/metrics-store.ts';
import { objectMenu, useCommandContext } from '../../stores/object-commands.tsx';
import { useEngine, useMetrics, useServices, useUiState } from '../../stores/services.tsx';
import { ago, byteRate, exactTime, joined, memorySize, percent, shortId, span, until } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { IconButton } from '../../ui/button.tsx';
import { cx } from '../../ui/class-names.ts';
import { Menu } from '../../ui/menu.tsx';
import { Meter } from '../../ui/meter.tsx';
import { MiddleText } from '../../ui/middle-text.tsx';
import { Quantity } from '../../ui/quantity.tsx';
import { RelativeTime, useNow } from '../../ui/relative-time.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import { RowActions } from '../../ui/table-row.tsx';
import { act } from './actions.tsx';
import styles from './cells.module.css';
import { PortLinks } from './port-links.tsx';
import { RenameField } from './rename-field.tsx';
import { healthNow, isUp, minute, nextTry, stateWords, stopReason } from './view-model.ts';

interface CellProps {
  readonly id: string;
}

const useRow = (id: string) => useEngine((state) => state.containers.get(id));
const usePending = (id: string) => useEngine((state) => state.pending.get(id));
const useRunning = (id: string) => useEngine((state) => state.containers.get(id)?.state === 'running');

const Absent = (): ReactElement => <span className={styles.absent}>–</span>;

export function NameCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  const pending = usePending(id);
  const renaming = useUiState((state) => state.renaming === id);
  if (!row) return null;
  return (
    <span className={styles.name}>
      <StatusDot tone={stateWords(row, pending).tone} />
      {renaming ? <RenameField id={id} name={row.name} /> : <MiddleText text={row.name} className={styles.strong} />}
    </span>
  );
}

export function ImageCell({ id }: CellProps): ReactElement {
  const image = useEngine((state) => state.containers.get(id)?.image ?? '');
  return <MiddleText text={image} className={styles.dim} />;
}

export function StateCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  const pending = usePending(id);
  const tick = useNow();
  if (!row) return null;
  const { tone, word, detail, since, time } = stateWords(row, pending);
  // The clock of lists may stand for some seconds; the row tells that it is later.
  const now = Math.max(tick, row.finishedAt);
  const reason = row.state === 'restarting' && !pending ? `${stopReason(row)} ${nextTry(row, now)}` : '';
  return (
    <span
      className={cx(styles.state, (tone === 'failed' || tone === 'unhealthy') && styles.failed)}
      title={reason || (since > 0 ? `${word} ${detail} ${exactTime(since)}`.replace('  ', ' ') : word)}
    >
      <span>
        {word} {detail}
      </span>{' '}
      {since > 0 && <small>{time === 'lasting' ? span(now - since) : time === 'until' ? until(since, now) : ago(since, now)}</small>}
    </span>
  );
}

export function CpuCell({ id }: CellProps): ReactElement {
  const up = useRunning(id);
  const value = useMetrics((state) => state.points.get(id)?.at(-1)?.cpuPercent);
  return up && value !== undefined ? <Quantity of={percent(value)} /> : <Absent />;
}

export function TrendCell({ id }: CellProps): ReactElement | null {
  const up = useRunning(id);
  const points = useMetrics((state) => state.points.get(id));
  return up && points ? <Sparkline values={minute(points, LIST_SECONDS)} slots={LIST_SECONDS} top={10} /> : null;
}

export function MemoryCell({ id }: CellProps): ReactElement {
  const up = useRunning(id);
  const point = useMetrics((state) => state.points.get(id)?.at(-1));
  if (!up || !point) return <Absent />;
  const { memory, memoryLimit } = point;
  const used = memorySize(memory);
  if (memoryLimit <= 0) return <Quantity of={used} />;
  const words = t.containerList.ofLimit(joined(used), joined(memorySize(memoryLimit)));
  return (
    <span className={styles.memory} title={words}>
      <Meter label={words} share={memory / memoryLimit} full={0.9} />
      <Quantity of={used} />
    </span>
  );
}

export function NetworkCell({ id }: CellProps): ReactElement {
  const up = useRunning(id);
  const point = useMetrics((state) => state.points.get(id)?.at(-1));
  if (!up || !point) return <Absent />;
  const received = byteRate(point.networkRx);
  const sent = byteRate(point.networkTx);
  return (
    <span title={t.containerList.perSecond(joined(received), joined(sent))}>
      ↓ <Quantity of={received} /> ↑ <Quantity of={sent} />
    </span>
  );
}

export function PortsCell({ id }: CellProps): ReactElement | null {
  const row = useRow(id);
  return row && isUp(row) ? <PortLinks row={row} limit={1} inRow /> : null;
}

export function CommandCell({ id }: CellProps): ReactElement {
  const command = useEngine((state) => state.containers.get(id)?.command ?? '');
  return (
    <span className={cx(styles.text, styles.mono)} title={command}>
      {command}
    </span>
  );
}

export function NetworksCell({ id }: CellProps): ReactElement {
  const names = useEngine((state) => state.containers.get(id)?.networks.join(', ') ?? '');
  return (
    <span className={cx(styles.text, styles.dim)} title={names}>
      {names}
    </span>
  );
}

export function HealthCell({ id }: CellProps): ReactElement {
  const health = useEngine(({ containers }) => {
    const row = containers.get(id);
    return row ? healthNow(row) : 'none';
  });
  return <span className={health === 'unhealthy' ? styles.failed : health === 'none' ? styles.absent : styles.dim}>{t.containerList.health[health]}</span>;
}

export function IdCell({ id }: CellProps): ReactElement {
  return (
    <span className={cx(styles.text, styles.mono)} title={id}>
      {shortId(id)}
    </span>
  );
}

export function CreatedCell({ id }: CellProps): ReactElement | null {
  const created = useEngine((state) => state.containers.get(id)?.createdAt);
  if (created === undefined) return null;
  return <RelativeTime time={created} className={cx(styles.text, styles.dim)} />;
}

export function ActionsCell({ id }: CellProps): ReactElement | null {
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
        label={t.verbs.one[verb](row.name)}
        command={`container.${verb}`}
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
