import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import type { ContainerRow } from '../../../../runtime/api/types/feed.ts';
import { type Services, tellFailure, useServices } from '../../../stores/services.tsx';
import { diskSize, joined } from '../../../strings/format.ts';
import { t } from '../../../strings/t.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import styles from '../dialogs.module.css';

const words = t.logs;
type Sizes = Readonly<Record<string, number>>;

/** Empties the logs of these containers and tells what that freed, or which ones it could not. */
async function emptyLogs({ transport, toasts, ui }: Services, rows: readonly ContainerRow[]): Promise<void> {
  const tell = (failed: readonly { readonly name: string; readonly message: string }[]): void => {
    const [first] = failed;
    if (first && failed.length === 1) tellFailure(toasts, words.emptyFailed(first.name), new Error(first.message));
    else if (first) tellFailure(toasts, words.emptyFailedMany(failed.length), new Error(failed.map(({ name, message }) => `${name}: ${message}`).join('\n')));
  };
  try {
    const { results, bytes } = await transport.request('logs.empty', { ids: rows.map(({ id }) => id) });
    const failed = results.flatMap(({ id, failure }) => (failure ? [{ name: rows.find((row) => row.id === id)?.name ?? id, message: failure.message }] : []));
    tell(failed);
    if (failed.length < rows.length) toasts.add({ title: words.emptied(joined(diskSize(bytes))), type: 'success', timeout: 3000 });
  } catch (error) {
    tell(rows.map(({ name }) => ({ name, message: error instanceof Error ? error.message : String(error) })));
  }
  ui.setState(({ logsEmptied }) => ({ logsEmptied: logsEmptied + 1 }));
}

function useLogSizes(rows: readonly ContainerRow[]): Sizes | null {
  const { transport } = useServices();
  const [sizes, setSizes] = useState<Sizes | null>(null);
  const ids = rows.map(({ id }) => id).join(' ');
  useEffect(() => {
    let stale = false;
    // Without an answer no bytes are named.
    transport.request('logs.sizes', { ids: ids.split(' ') }).then(
      (answer) => !stale && setSizes(answer.sizes),
      () => undefined,
    );
    return () => {
      stale = true;
    };
  }, [transport, ids]);
  return sizes;
}

/** Asked before logs are taken off the disk; from the log, a menu or the disk usage. */
export function EmptyLogDialog({ rows, onClose }: { readonly rows: readonly ContainerRow[]; readonly onClose: () => void }): ReactElement {
  const services = useServices();
  const sizes = useLogSizes(rows);
  const total = sizes && rows.reduce((sum, { id }) => sum + (sizes[id] ?? 0), 0);
  const bySize = [...rows].sort((left, right) => (sizes?.[right.id] ?? 0) - (sizes?.[left.id] ?? 0));
  const confirm = () => {
    onClose();
    void emptyLogs(services, rows);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.emptyTitle(rows.length, rows[0]?.name ?? '')}
      footer={
        <>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button look="danger" autoFocus onClick={confirm}>
            {words.emptyAction(rows.length, total === null ? '' : joined(diskSize(total)))}
          </Button>
        </>
      }
    >
      <p>{words.emptyText}</p>
      <ul className={styles.objects}>
        {bySize.map(({ id, name }) => (
          <li key={id}>
            <span className={styles.name}>{name}</span>
            {sizes?.[id] !== undefined && <span className={styles.size}>{joined(diskSize(sizes[id]))}</span>}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
