import type { ReactElement } from 'react';
import type { TaskPart, TaskRow } from '../../../electron/ipc/contract/tasks.ts';
import { shareOf } from '../../stores/task-store.ts';
import { byteRate, diskSize, joined, span } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { ProgressBar } from '../../ui/progress.tsx';
import styles from './pull-dialog.module.css';

const words = t.pull;
const size = (bytes: number): string => joined(diskSize(bytes));

type Phase = keyof typeof words.phases;
const PHASES: Readonly<Record<string, Phase>> = {
  Downloading: 'downloading',
  'Download complete': 'extracting',
  Extracting: 'extracting',
  'Pull complete': 'done',
  'Already exists': 'here',
};
const phaseOf = (part: TaskPart): Phase => PHASES[part.phase] ?? 'waiting';

/** How far a pull is: as a whole, with its speed and what is left, and layer by layer. */
export function PullProgress({ row }: { readonly row: TaskRow }): ReactElement {
  const layers = row.parts.map((part) => ({ part, phase: phaseOf(part) }));
  const here = layers.filter(({ phase }) => phase === 'here');
  const ready = layers.filter(({ phase }) => phase === 'done' || phase === 'here').length;
  const saved = here.reduce((sum, { part }) => sum + part.total, 0);
  const left = row.rate > 0 && row.total > row.current ? ((row.total - row.current) / row.rate) * 1000 : 0;
  const over = row.state === 'done';
  return (
    <div className={styles.progress}>
      <ProgressBar label={words.progress(row.object)} share={over ? 1 : shareOf(row)} />
      <div className={styles.numbers} role="status">
        <span>{row.total > 0 ? words.of(size(over ? row.total : row.current), size(row.total)) : row.parts.length === 0 && !over ? words.connecting : ''}</span>
        {row.rate > 0 && <span>{joined(byteRate(row.rate))}</span>}
        {left > 0 && <span>{words.left(span(left))}</span>}
        <span className={styles.gap} />
        {layers.length > 0 && <span>{words.layersOf(ready, layers.length)}</span>}
      </div>
      {layers.length > 0 && (
        <ul className={styles.layers} aria-label={words.layers}>
          {layers.map(({ part, phase }) => (
            <li key={part.id} className={styles.layer} data-phase={phase}>
              <span className={styles.layerId}>{part.id}</span>
              {phase === 'downloading' ? (
                <ProgressBar label={words.progress(part.id)} share={shareOf(part)} />
              ) : (
                <span className={styles.phase}>{words.phases[phase]}</span>
              )}
              <span className={styles.layerSize}>{part.total > 0 ? size(part.total) : ''}</span>
            </li>
          ))}
        </ul>
      )}
      {saved > 0 && <p className={styles.saved}>{words.saved(size(saved), here.length)}</p>}
    </div>
  );
}
