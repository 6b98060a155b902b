import type { ReactElement, ReactNode } from 'react';
import { cx } from './class-names.ts';
import styles from './page.module.css';

/** A screen: one bar, then what fills the rest. */
export const Page = ({ children }: { readonly children: ReactNode }): ReactElement => <div className={styles.page}>{children}</div>;

export const PageBar = ({ title, children, end }: { readonly title: string; readonly children?: ReactNode; readonly end?: ReactNode }): ReactElement => (
  <header className={styles.bar}>
    <h1 className={styles.title}>{title}</h1>
    {children}
    <span className={styles.gap} />
    {end !== undefined && <div className={styles.end}>{end}</div>}
  </header>
);

/** Takes the place of the bar while objects are selected, so that nothing below it moves. */
export const SelectionBar = ({ count, children, end }: { readonly count: string; readonly children: ReactNode; readonly end: ReactNode }): ReactElement => (
  <header className={cx(styles.bar, styles.barSelected)} role="toolbar" aria-label={count}>
    <span className={styles.count}>{count}</span>
    {children}
    <span className={styles.gap} />
    {end !== undefined && <div className={styles.end}>{end}</div>}
  </header>
);

export const filterClass = styles.filter;
