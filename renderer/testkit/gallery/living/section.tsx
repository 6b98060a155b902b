import type { ReactElement, ReactNode } from 'react';
import styles from './section.module.css';

/** A kind of component with all its states beside its name. */
export const Section = ({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement => (
  <section className={styles.section} aria-label={title}>
    <h2 className={styles.title}>{title}</h2>
    <div className={styles.content}>{children}</div>
  </section>
);

export const Row = ({ children }: { readonly children: ReactNode }): ReactElement => <div className={styles.row}>{children}</div>;
export const Fields = ({ children }: { readonly children: ReactNode }): ReactElement => <div className={styles.fields}>{children}</div>;
export const Framed = ({ children, height }: { readonly children: ReactNode; readonly height?: number }): ReactElement => (
  <div className={styles.framed} style={{ blockSize: height }}>
    {children}
  </div>
);
