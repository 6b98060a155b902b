import type { ReactElement } from 'react';
import styles from './keys.module.css';

const APPLE = /Mac|iP/.test(globalThis.navigator?.platform ?? '');

/** `Mod` is Ctrl, or the command key on a Mac. */
const keyName = (key: string): string => (key === 'Mod' ? (APPLE ? '⌘' : 'Ctrl') : key);

/** Keys as caps: `Mod+K`. */
export function Keys({ of }: { readonly of: string }): ReactElement {
  return (
    <span className={styles.keys} aria-hidden="true">
      {of.split('+').map((key) => (
        <kbd key={key} className={styles.key}>
          {keyName(key)}
        </kbd>
      ))}
    </span>
  );
}
