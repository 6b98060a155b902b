import type { ReactElement, ReactNode } from 'react';
import styles from './empty-state.module.css';

/** A place without content: what it is for, and the one next step. Also the frame of errors and of an engine that is down. */
export function EmptyState({
  icon,
  title,
  text,
  action,
  note,
  alert = false,
}: {
  readonly icon?: ReactElement;
  readonly title: string;
  readonly text?: ReactNode;
  readonly action?: ReactNode;
  readonly note?: ReactNode;
  readonly alert?: boolean;
}): ReactElement {
  return (
    <div className={styles.state} role={alert ? 'alert' : 'status'}>
      {icon && <div className={styles.icon}>{icon}</div>}
      <h2 className={styles.title}>{title}</h2>
      {text !== undefined && <p className={styles.text}>{text}</p>}
      {action !== undefined && <div className={styles.action}>{action}</div>}
      {note !== undefined && <p className={styles.note}>{note}</p>}
    </div>
  );
}
