import { FileQuestion, History as HistoryIcon } from 'lucide-react';
import { type ReactElement, useEffect, useState } from 'react';
import type { RequestResults } from '../../../electron/ipc/contract.ts';
import { useServices } from '../../stores/services.tsx';
import { diskSize } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Quantity } from '../../ui/quantity.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import styles from './history.module.css';

type Entries = RequestResults['image.history']['entries'];
type Read = { readonly entries: Entries } | { readonly error: string } | null;

/** The instruction of a step and its text. Classic builders write `/bin/sh -c #(nop)` before instructions that run nothing. */
export function stepWords(createdBy: string): { readonly word: string; readonly text: string } {
  const bare = createdBy.replace(/^\/bin\/sh -c #\(nop\)\s+/, '').replace(/\s*# buildkit$/, '');
  const shell = /^\/bin\/sh -c (.*)$/s.exec(bare);
  if (shell) return { word: 'RUN', text: shell[1] ?? '' };
  const match = /^([A-Z]+) (.*)$/s.exec(bare);
  return match ? { word: match[1] ?? '', text: (match[2] ?? '').replace(/^\/bin\/sh -c /, '') } : { word: '', text: bare };
}

/** Steps that made the image, newest first, and what each added. */
export function History({ id }: { readonly id: string }): ReactElement {
  const { transport } = useServices();
  const [read, setRead] = useState<Read>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let stale = false;
    transport.request('image.history', { id }).then(
      ({ entries }) => !stale && setRead({ entries }),
      (error: unknown) => !stale && setRead({ error: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      stale = true;
    };
  }, [transport, id, attempt]);
  const words = t.images;
  if (!read) return <EmptyState title={t.loading} />;
  if ('error' in read) {
    const again = () => setAttempt((count) => count + 1);
    return <EmptyState alert icon={<FileQuestion />} title={words.historyFailed} text={read.error} action={<Button onClick={again}>{t.retry}</Button>} />;
  }
  if (read.entries.length === 0) return <EmptyState icon={<HistoryIcon />} title={words.noHistory} text={words.noHistoryText} />;
  return (
    <div className={styles.wrap} tabIndex={0} role="region" aria-label={words.layers}>
      <table className={styles.table} aria-label={words.layers}>
        <thead>
          <tr>
            <th scope="col">{words.layerColumns.step}</th>
            <th scope="col" className={styles.number}>
              {words.layerColumns.size}
            </th>
            <th scope="col" className={styles.number}>
              {words.layerColumns.created}
            </th>
          </tr>
        </thead>
        <tbody>
          {read.entries.map((entry, index) => {
            const { word, text } = stepWords(entry.createdBy);
            return (
              <tr key={`${index} ${entry.createdBy}`}>
                <td className={styles.step}>
                  {word !== '' && <span className={styles.word}>{word} </span>}
                  {visibleText(text || entry.comment)}
                </td>
                <td className={styles.number}>
                  {entry.size === 0 ? <span className={styles.faint}>{words.emptyLayer}</span> : <Quantity of={diskSize(entry.size)} />}
                </td>
                <td className={styles.number}>{entry.created > 0 ? <RelativeTime time={entry.created} /> : '–'}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
