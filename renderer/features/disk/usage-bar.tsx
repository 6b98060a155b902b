import type { ReactElement } from 'react';
import { diskSize, joined } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { cx } from '../../ui/class-names.ts';
import styles from './page.module.css';
import { type Category, type CategoryId, type DiskTotals, shares } from './view-model.ts';

const words = t.disk;

interface Part {
  readonly id: string;
  readonly label: string;
  readonly bytes: number;
}

/** Parts of a whole by length, told in words as well. */
function Bar({
  label,
  parts,
  thin = false,
  lit = null,
}: {
  readonly label: string;
  readonly parts: readonly Part[];
  readonly thin?: boolean;
  readonly lit?: string | null;
}): ReactElement {
  const widths = shares(parts.map(({ bytes }) => bytes));
  const text = parts.map((part) => `${part.label} ${joined(diskSize(part.bytes))}`).join(', ');
  return (
    <div role="img" aria-label={`${label}: ${text}`} className={cx(styles.bar, thin && styles.thin)}>
      {parts.map(
        (part, index) =>
          part.bytes > 0 && (
            <div
              key={part.id}
              className={styles.part}
              data-of={part.id}
              data-dim={lit !== null && lit !== part.id}
              style={{ inlineSize: `${widths[index] ?? 0}%` }}
              title={`${part.label}  ${joined(diskSize(part.bytes))}`}
            />
          ),
      )}
    </div>
  );
}

/** What is kept, large; the whole disk thin below it. */
export function UsageBars({
  categories,
  totals,
  root,
  lit,
}: {
  readonly categories: readonly Category[];
  readonly totals: DiskTotals;
  readonly root: string;
  /** The category that is pointed at. */
  readonly lit: CategoryId | null;
}): ReactElement {
  const whole: readonly Part[] = [
    { id: 'slipway', label: words.slipway, bytes: totals.own },
    { id: 'others', label: words.others, bytes: totals.others },
    { id: 'free', label: words.free, bytes: totals.free },
  ];
  return (
    <div className={styles.summary}>
      <p className={styles.headline}>{words.headline(totals.own, totals.free)}</p>
      <p className={styles.sub}>{words.ofDisk(totals.total, root)}</p>
      <Bar label={words.bar} parts={categories.map(({ id, bytes }) => ({ id, label: words.categories[id], bytes }))} lit={lit} />
      <Bar thin label={words.diskBar} parts={whole} />
      <div className={styles.legend} aria-hidden="true">
        {whole.map(({ id, label, bytes }) => (
          <span key={id}>
            <i className={styles.swatch} data-of={id} />
            {label} {joined(diskSize(bytes))}
          </span>
        ))}
      </div>
    </div>
  );
}
