import { type ReactElement, useEffect, useMemo, useState } from 'react';
import { tellFailure, useEngine, useServices, useUiState } from '../../stores/services.tsx';
import { diskSize, joined } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { MiddleText } from '../../ui/middle-text.tsx';
import { Select } from '../../ui/select.tsx';
import styles from './prune-dialog.module.css';
import { imageTitle, isDangling } from './view-model.ts';

const words = t.imageTools.prune;
type Scope = 'dangling' | 'unused';
const SCOPES = [
  { value: 'dangling', label: words.dangling },
  { value: 'unused', label: words.unused },
];

/** What removing images would free, counted by the engine; null: not known yet, or it cannot be known. */
export function useReclaimable(ids: readonly string[]): number | null {
  const { transport } = useServices();
  const [counted, setCounted] = useState<{ readonly for: string; readonly bytes: number } | null>(null);
  const key = ids.join(' ');
  useEffect(() => {
    if (key === '') return;
    let stale = false;
    transport.request('image.reclaimable', { ids: key.split(' ').slice(0, 10_000) }).then(
      ({ bytes }) => !stale && setCounted({ for: key, bytes }),
      () => undefined,
    );
    return () => {
      stale = true;
    };
  }, [transport, key]);
  return key === '' ? 0 : counted?.for === key ? counted.bytes : null;
}

/** Shows what would go, and how many bytes, before it goes. */
export function PruneDialog(): ReactElement | null {
  const isOpen = useUiState(({ asking }) => asking?.command === 'image.prune');
  return isOpen ? <OpenPruneDialog /> : null;
}

function OpenPruneDialog(): ReactElement {
  const { ui, transport, toasts } = useServices();
  const images = useEngine((state) => state.images);
  const [scope, setScope] = useState<Scope>('dangling');
  const rows = useMemo(
    () => [...images.values()].filter((row) => row.usedBy.length === 0 && (scope === 'unused' || isDangling(row))).sort((a, b) => b.size - a.size),
    [images, scope],
  );
  const bytes = useReclaimable(rows.map(({ id }) => id));
  const freed = bytes === null ? null : joined(diskSize(bytes));
  const close = () => ui.setState({ asking: null });
  const prune = async () => {
    close();
    try {
      const answer = await transport.request('image.prune', { all: scope === 'unused' });
      toasts.add({ title: words.done(joined(diskSize(answer.bytes))) });
    } catch (error) {
      tellFailure(toasts, words.failed, error);
    }
  };
  return (
    <Dialog
      open
      wide
      onClose={close}
      title={words.title}
      footer={
        <>
          <Button onClick={close}>{t.cancel}</Button>
          {rows.length > 0 && (
            <Button look="danger" disabled={freed === null} onClick={() => void prune()}>
              {freed === null ? words.counting : words.submit(rows.length, freed)}
            </Button>
          )}
        </>
      }
    >
      <div className={styles.head}>
        <Select label={words.what} value={scope} options={SCOPES} onChange={(value) => setScope(value === 'unused' ? 'unused' : 'dangling')} />
        <span role="status" className={styles.freed}>
          {rows.length === 0 ? '' : freed === null ? words.counting : words.frees(freed)}
        </span>
      </div>
      {rows.length === 0 ? (
        <p className={styles.nothing}>{words.nothing}</p>
      ) : (
        <>
          <ul className={styles.list} aria-label={words.title} tabIndex={0}>
            {rows.map((row) => (
              <li key={row.id} className={styles.row}>
                <MiddleText text={imageTitle(row)} />
                <span className={styles.size}>{joined(diskSize(row.size))}</span>
              </li>
            ))}
          </ul>
          <p className={styles.text}>{words.text}</p>
        </>
      )}
    </Dialog>
  );
}
