import { type ReactElement, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import type { ContainerRow } from '../../../runtime/api/types/feed.ts';
import { useEngine, useServices, useUiState } from '../../stores/services.tsx';
import { diskSize, joined } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { LabelledCheckbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Select } from '../../ui/select.tsx';
import { act } from './actions.tsx';
import styles from './dialogs.module.css';
import { EmptyLogDialog } from './logs/empty-dialog.tsx';
import { RenameDialog } from './rename-dialog.tsx';
import { isUp } from './view-model.ts';

const words = t.verbs;

/** What is asked before containers are removed, get a signal or lose their log; from wherever it was begun. */
export function ContainerDialogs(): ReactElement | null {
  const { ui } = useServices();
  const asking = useUiState((state) => state.asking);
  const containers = useEngine((state) => state.containers);
  if (!asking?.command.startsWith('container.')) return null;
  const rows = asking.ids.flatMap((id) => containers.get(id) ?? []);
  if (rows.length === 0) return null;
  const close = () => ui.setState({ asking: null });
  if (asking.command === 'container.kill') return <KillDialog rows={rows} onClose={close} />;
  if (asking.command === 'container.rename' && rows[0]) return <RenameDialog row={rows[0]} onClose={close} />;
  if (asking.command === 'container.empty-log') return <EmptyLogDialog rows={rows} onClose={close} />;
  return <RemoveDialog rows={rows} stopped={asking.command === 'container.prune'} onClose={close} />;
}

interface Props {
  readonly rows: readonly ContainerRow[];
  readonly onClose: () => void;
}

/** How many are measured: walking the files of more would take longer than the question deserves. */
const MEASURED = 200;

function useSizes(rows: readonly ContainerRow[]): Readonly<Record<string, number>> | null {
  const { transport } = useServices();
  const [sizes, setSizes] = useState<Readonly<Record<string, number>> | null>(null);
  const ids = rows.map(({ id }) => id).join(' ');
  useEffect(() => {
    const wanted = ids.split(' ');
    if (wanted.length > MEASURED) return;
    let stale = false;
    // The removal does not depend on it: without an answer no bytes are named.
    transport.request('container.sizes', { ids: wanted }).then(
      (answer) => !stale && setSizes(answer.sizes),
      () => undefined,
    );
    return () => {
      stale = true;
    };
  }, [transport, ids]);
  return sizes;
}

/** `stopped`: what was started since the question was asked is not meant by it. */
function RemoveDialog({ rows: asked, stopped, onClose }: Props & { readonly stopped: boolean }): ReactElement {
  const services = useServices();
  const rows = stopped ? asked.filter((row) => !isUp(row)) : asked;
  const isOver = rows.length === 0;
  useEffect(() => {
    if (isOver) onClose();
  });
  const [volumes, setVolumes] = useState(false);
  const sizes = useSizes(rows);
  const running = rows.filter(isUp).length;
  const total = sizes && rows.reduce((sum, { id }) => sum + (sizes[id] ?? 0), 0);
  const [location, navigate] = useLocation();
  const confirm = () => {
    onClose();
    const ids = rows.map(({ id }) => id);
    if (ids.some((id) => location === `/containers/${id}`)) navigate('/containers');
    void act(services, 'remove', ids, { volumes });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={stopped ? words.pruneTitle(rows.length) : words.removeTitle(rows.length, rows[0]?.name ?? '')}
      footer={
        <>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button look="danger" autoFocus onClick={confirm}>
            {words.many.remove(rows.length)}
          </Button>
        </>
      }
    >
      <p>
        {running > 0 && `${words.removeRunning(running)} `}
        {rows.length === 1 ? words.removeText : words.removeManyText}
        {total !== null && total > 0 && ` ${words.writtenAll(joined(diskSize(total)))}`}
      </p>
      <Objects rows={rows} sizes={sizes} />
      <LabelledCheckbox checked={volumes} label={words.removeVolumes} onChange={setVolumes}>
        {words.removeVolumes}
      </LabelledCheckbox>
    </Dialog>
  );
}

const Objects = ({ rows, sizes }: { readonly rows: readonly ContainerRow[]; readonly sizes: Readonly<Record<string, number>> | null }): ReactElement => (
  <ul className={styles.objects}>
    {rows.map(({ id, name }) => (
      <li key={id}>
        <span className={styles.name}>{name}</span>
        {sizes?.[id] !== undefined && <span className={styles.size}>{words.written(joined(diskSize(sizes[id])))}</span>}
      </li>
    ))}
  </ul>
);

const SIGNALS = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGSTOP', 'SIGCONT'];

function KillDialog({ rows, onClose }: Props): ReactElement {
  const services = useServices();
  const [signal, setSignal] = useState('SIGKILL');
  const confirm = () => {
    onClose();
    void act(
      services,
      'kill',
      rows.map(({ id }) => id),
      { signal },
    );
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.killTitle(rows.length, rows[0]?.name ?? '')}
      footer={
        <>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button look="danger" autoFocus onClick={confirm}>
            {words.send(signal, rows.length)}
          </Button>
        </>
      }
    >
      <p>{words.killText}</p>
      <Objects rows={rows} sizes={null} />
      <div className={styles.field}>
        <span>{words.signal}</span>
        <Select label={words.signal} value={signal} options={SIGNALS.map((value) => ({ value, label: value }))} onChange={setSignal} />
      </div>
    </Dialog>
  );
}
