import type { ReactElement } from 'react';
import styles from './meter.module.css';

/** How much of a whole something is, as a small bar beside its number; marked from `full` on. */
export const Meter = ({
  label,
  share,
  full = Number.POSITIVE_INFINITY,
}: {
  readonly label: string;
  readonly share: number;
  readonly full?: number;
}): ReactElement => (
  <span className={styles.track} role="img" aria-label={label} data-full={share >= full}>
    <span className={styles.fill} style={{ inlineSize: `${Math.min(100, Math.max(0, share * 100))}%` }} />
  </span>
);
