import type { ReactElement, ReactNode } from 'react';
import styles from './tool-row.module.css';

/** The row of tools above a tab's content. */
export const ToolRow = ({ children, end }: { readonly children?: ReactNode; readonly end?: ReactNode }): ReactElement => (
  <div className={styles.row}>
    {children}
    <span className={styles.gap} />
    {end}
  </div>
);
export const ToolNote = ({ children, title }: { readonly children: ReactNode; readonly title?: string }): ReactElement => (
  <span className={styles.note} title={title}>
    {children}
  </span>
);
export const findClass = styles.find;
