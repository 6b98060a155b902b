import type { ReactElement } from 'react';
import styles from './skeleton.module.css';

/** How much of each column its bar fills, row by row. */
const WIDTHS = [
  [74, 62, 70, 60],
  [52, 80, 84, 72],
  [86, 54, 62, 60],
  [64, 70, 76, 66],
  [48, 88, 70, 72],
  [78, 60, 66, 60],
  [58, 72, 80, 66],
  [70, 50, 72, 72],
] as const;

/** The shape of a list before its first answer. */
export const SkeletonRows = ({ label }: { readonly label: string }): ReactElement => (
  <div className={styles.rows} role="status" aria-busy="true">
    <span className="visually-hidden">{label}</span>
    {WIDTHS.map((widths) => (
      <div key={widths.join()} className={styles.row}>
        {widths.map((width, column) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: columns stay where they are
          <span key={column} className={styles.bar} style={{ inlineSize: `${width}%` }} />
        ))}
      </div>
    ))}
  </div>
);
