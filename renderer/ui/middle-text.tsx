import type { ReactElement } from 'react';
import { cx } from './class-names.ts';
import styles from './middle-text.module.css';

const TAIL = 8;

/** A line that loses its middle when there is no room, as names and references differ at both ends. The whole of it on hover. */
export function MiddleText({ text, className }: { readonly text: string; readonly className?: string | undefined }): ReactElement {
  const cut = text.length > 2 * TAIL ? text.length - TAIL : text.length;
  return (
    <span className={cx(styles.text, className)} title={text}>
      {cut < text.length && <span className="visually-hidden">{text}</span>}
      <span className={styles.head} aria-hidden={cut < text.length}>
        {text.slice(0, cut)}
      </span>
      {cut < text.length && (
        <span className={styles.tail} aria-hidden="true">
          {text.slice(cut)}
        </span>
      )}
    </span>
  );
}
