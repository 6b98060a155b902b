import type { ReactElement } from 'react';
import styles from './skeleton.module.css';

const WIDTHS = [
  [22, 14, 10],
  [17, 18, 12],
  [25, 12, 9],
  [19, 16, 11],
  [15, 20, 10],
] as const;

/** The shape of a list before its first answer. */
export const SkeletonRows = ({ label }: { readonly label: string }): ReactElement => (
  <div className={styles.rows} role="status" aria-busy="true">
    <span className="visually-hidden">{label}</span>
    {WIDTHS.map((widths) => (
      <div key={widths.join()} className={styles.row}>
        {widths.map((width) => (
          <span key={width} className={styles.bar} style={{ inlineSize: `${width}%` }} />
        ))}
      </div>
    ))}
  </div>
);
