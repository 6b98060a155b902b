import { Cpu, OctagonX } from 'lucide-react';
import { type ReactElement, useCallback, useMemo, useRef } from 'react';
import type { ContainerProcesses } from '../../../runtime/api/types/processes.ts';
import { tellFailure, useServices } from '../../stores/services.tsx';
import { memorySize, percent } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { IconButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Quantity } from '../../ui/quantity.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { ToolNote, ToolRow } from '../../ui/tool-row.tsx';
import type { DetailsTabProps } from './details-tab.ts';
import { type ProcessRow, processTree } from './process-tree.ts';
import styles from './processes-tab.module.css';
import { useRead } from './use-read.ts';

const words = t.containerTabs.processes;
const EVERY_MS = 2000;
const SIGNALS = ['SIGTERM', 'SIGKILL', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGSTOP', 'SIGCONT'] as const;
const often = (): number => EVERY_MS;

/** What runs inside, as a tree; each process can be sent a signal. */
export function ProcessesTab({ row }: DetailsTabProps): ReactElement {
  const up = row.state === 'running' || row.state === 'paused';
  return up ? <Running key={row.startedAt} id={row.id} /> : <EmptyState icon={<Cpu />} title={words.stopped} text={words.stoppedText} />;
}

interface Pair {
  readonly now: ContainerProcesses;
  readonly before: ContainerProcesses | undefined;
}

function Running({ id }: { readonly id: string }): ReactElement {
  const { transport } = useServices();
  const last = useRef<ContainerProcesses | undefined>(undefined);
  const read = useCallback(async (): Promise<Pair> => {
    const before = last.current;
    const now = await transport.request('container.processes', { id });
    last.current = now;
    return { now, before };
  }, [transport, id]);
  const result = useRead(read, id, often);
  const pair = result.state === 'done' ? result.value : null;
  const rows = useMemo(() => (pair ? processTree(pair.now, pair.before) : []), [pair]);
  if (result.state === 'failed') return <EmptyState alert icon={<Cpu />} title={words.failed} text={result.error} />;
  if (!pair) return <EmptyState title={t.loading} />;
  return (
    <>
      <ToolRow end={pair.now.truncated ? <ToolNote>{words.truncated(rows.length)}</ToolNote> : undefined}>
        <ToolNote>{words.total(rows.length)}</ToolNote>
      </ToolRow>
      <div className={styles.scroll} role="region" aria-label={words.label} tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th className={styles.number}>{words.pid}</th>
              <th>{words.command}</th>
              <th>{words.user}</th>
              <th className={styles.number}>{words.cpu}</th>
              <th className={styles.number}>{words.memory}</th>
              <th className={styles.number}>{words.started}</th>
              <th>
                <span className="visually-hidden">{words.actions}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((process) => (
              <Line key={process.hostPid} id={id} process={process} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Line({
  id,
  process: { pid, hostPid, depth, command, user, cpuPercent, memory, startedAt },
}: {
  readonly id: string;
  readonly process: ProcessRow;
}): ReactElement {
  const { transport, toasts } = useServices();
  const send = (signal: string) => {
    transport.request('container.signal', { id, pid, signal }).catch((error: unknown) => tellFailure(toasts, words.notSent(pid), error));
  };
  return (
    <tr>
      <td className={styles.number} title={words.hostPid(hostPid)}>
        {pid}
      </td>
      <td className={styles.command} style={{ paddingInlineStart: 8 + depth * 16 }} title={command}>
        {command}
      </td>
      <td className={styles.dim}>{user}</td>
      <td className={styles.number}>{cpuPercent === null ? <span className={styles.dim}>–</span> : <Quantity of={percent(cpuPercent)} />}</td>
      <td className={styles.number}>
        <Quantity of={memorySize(memory)} />
      </td>
      <td className={styles.number}>
        <RelativeTime time={startedAt} />
      </td>
      <td className={styles.actions}>
        <Menu
          trigger={
            <IconButton small label={words.signal(pid)}>
              <OctagonX />
            </IconButton>
          }
          actions={() => SIGNALS.map((signal) => ({ id: signal, label: words.send(signal), danger: signal === 'SIGKILL', run: () => send(signal) }))}
        />
      </td>
    </tr>
  );
}
