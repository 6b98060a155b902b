import { TriangleAlert } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import styles from './banner.module.css';

/** One line above a screen's content: what is wrong with what is shown. */
export const Banner = ({
  look = 'warning',
  children,
  action,
}: {
  readonly look?: 'warning' | 'error';
  readonly children: ReactNode;
  readonly action?: ReactNode;
}): ReactElement => (
  <div className={styles.banner} data-look={look} role="status">
    <TriangleAlert />
    <div className={styles.text}>{children}</div>
    {action}
  </div>
);
