import type { ReactElement } from 'react';
import { cx } from './class-names.ts';
import styles from './progress.module.css';

interface ProgressProps {
  readonly label: string;
  /** From 0 to 1; null: nobody knows. */
  readonly share: number | null;
}

const percentOf = (share: number | null): { 'aria-valuenow'?: number } => (share === null ? {} : { 'aria-valuenow': Math.round(share * 100) });

/** A thin bar. Without a share it breathes: it never pretends to know. */
export const ProgressBar = ({ label, share }: ProgressProps): ReactElement => (
  <div role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} {...percentOf(share)} className={styles.bar}>
    <div className={cx(styles.fill, share === null && styles.unknown)} style={{ inlineSize: share === null ? '100%' : `${share * 100}%` }} />
  </div>
);

const ROUND = 2 * Math.PI * 6;

/** The same as a ring of the size of an icon. */
export const ProgressRing = ({ label, share }: ProgressProps): ReactElement => (
  <svg
    viewBox="0 0 16 16"
    role="progressbar"
    aria-label={label}
    aria-valuemin={0}
    aria-valuemax={100}
    {...percentOf(share)}
    className={cx(styles.ring, share === null && styles.unknown)}
  >
    <circle cx="8" cy="8" r="6" className={styles.track} />
    <circle cx="8" cy="8" r="6" className={styles.arc} strokeDasharray={`${(share ?? 0.3) * ROUND} ${ROUND}`} />
  </svg>
);
