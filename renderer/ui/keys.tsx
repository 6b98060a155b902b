import { createContext, type ReactElement, useContext } from 'react';
import { t } from '../strings/t.ts';
import styles from './keys.module.css';

export const APPLE = /Mac|iP/.test(globalThis.navigator?.platform ?? '');

const SIGNS: Readonly<Record<string, string>> = { Plus: '+', Minus: '−', Up: '↑', Down: '↓', Left: '←', Right: '→' };
const APPLE_SIGNS: Readonly<Record<string, string>> = { Mod: '⌘', Ctrl: '⌃', Alt: '⌥', Shift: '⇧' };

/** `Mod` is Ctrl, or the command key on a Mac. */
const keyName = (key: string): string => (APPLE ? APPLE_SIGNS[key] : undefined) ?? SIGNS[key] ?? t.keyNames[key as keyof typeof t.keyNames] ?? key;

/** The keys of a command by its id, as they are now; the application fills it in. */
export const CommandKeysContext = createContext<(command: string) => string | undefined>(() => undefined);

/** For controls that stand for a command. */
export function useCommandKeys(command: string | undefined): string | undefined {
  const keysOf = useContext(CommandKeysContext);
  return command === undefined ? undefined : keysOf(command);
}

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
