import { FileStack, FileText } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { ContainerRow } from '../../../../runtime/api/types/feed.ts';
import type { DetailsPlacement } from '../../../stores/list-place.tsx';
import { useEngine } from '../../../stores/services.tsx';
import { t } from '../../../strings/t.ts';
import { cx } from '../../../ui/class-names.ts';
import { DetailsFrame } from '../../../ui/details-frame.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import type { ShownSource } from '../../../ui/log-row.tsx';
import { MiddleText } from '../../../ui/middle-text.tsx';
import { isUp } from '../view-model.ts';
import { LogPanel } from './log-panel.tsx';
import styles from './merged-details.module.css';

const COLOURS = 8;
const MARK = 'logs.';
/** An address must not become longer than browsers keep; so many digits of an id are told apart. */
const DIGITS = 12;

/** Address of the logs of several containers as one list. */
export const mergedLogs = (ids: readonly string[]): string => `/containers/${MARK}${ids.map((id) => id.slice(0, DIGITS)).join('.')}`;

/** The ids in such an address, shortened; null: it is that of one container. */
export const mergedIds = (id: string): readonly string[] | null => (id.startsWith(MARK) ? id.slice(MARK.length).split('.') : null);

const sourceOf = ({ name }: ContainerRow, index: number): ShownSource => ({ name, colour: `var(--source-${(index % COLOURS) + 1})` });

/** The logs of several containers by time, each with its colour and a way to hide it. */
export function MergedDetails({ ids, placement }: { readonly ids: readonly string[]; readonly placement: DetailsPlacement }): ReactElement {
  const containers = useEngine((state) => state.containers);
  const [muted, setMuted] = useState<ReadonlySet<string>>(new Set());
  const rows = [...containers.values()]
    .filter(({ id }) => ids.includes(id.slice(0, DIGITS)))
    .sort((left, right) => ids.indexOf(left.id.slice(0, DIGITS)) - ids.indexOf(right.id.slice(0, DIGITS)));
  const shown = rows.map((row, index) => ({ row, source: sourceOf(row, index) }));
  const heard = shown.filter(({ row }) => !muted.has(row.id));
  const words = t.logs;
  const toggle = (id: string): void => {
    const next = new Set(muted);
    if (!next.delete(id)) next.add(id);
    setMuted(next);
  };
  return (
    <DetailsFrame name={words.several(rows.length)} lead={<FileStack size={16} strokeWidth={1.75} />} meta={null} {...placement}>
      <div className={styles.sources} role="group" aria-label={words.sources}>
        {shown.map(({ row, source }) => (
          <button
            key={row.id}
            type="button"
            className={cx(styles.source, muted.has(row.id) && styles.muted)}
            aria-pressed={!muted.has(row.id)}
            title={muted.has(row.id) ? words.unmute(row.name) : words.mute(row.name)}
            onClick={() => toggle(row.id)}
          >
            <span className={styles.stripe} style={{ background: source.colour }} />
            <MiddleText text={row.name} />
          </button>
        ))}
      </div>
      {heard.length === 0 ? (
        <EmptyState icon={<FileText />} title={words.allMuted} text={words.allMutedText} />
      ) : (
        <LogPanel ids={heard.map(({ row }) => row.id)} sources={heard.map(({ source }) => source)} running={heard.some(({ row }) => isUp(row))} />
      )}
    </DetailsFrame>
  );
}
