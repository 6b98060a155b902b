import { createContext, type ReactElement, type ReactNode, useContext, useEffect, useRef } from 'react';
import { wordsOf } from './entries.ts';
import styles from './settings.module.css';

/** Which settings are shown (null: all), and which one the address names. */
export const ShownContext = createContext<{ readonly shown: ReadonlySet<string> | null; readonly named: string | null }>({ shown: null, named: null });

/** One setting: what it is, what it does, what is wrong with it, and its control; long ones below their words. */
export function SettingRow({
  id,
  children,
  wide = false,
  note,
  error,
}: {
  readonly id: string;
  readonly children: ReactNode;
  readonly wide?: boolean;
  readonly note?: ReactNode;
  readonly error?: string | undefined;
}): ReactElement | null {
  const { shown, named } = useContext(ShownContext);
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (named !== id) return;
    ref.current?.scrollIntoView({ block: 'center' });
    ref.current?.querySelector<HTMLElement>('button, input, textarea')?.focus();
  }, [named, id]);
  if (shown && !shown.has(id)) return null;
  const [title, hint] = wordsOf(id);
  return (
    <div ref={ref} className={styles.row} data-wide={wide} role="group" aria-label={title}>
      <div className={styles.words}>
        <div className={styles.title}>{title}</div>
        {hint !== '' && <div className={styles.hint}>{hint}</div>}
        {note}
      </div>
      <div className={styles.control}>
        {children}
        {error !== undefined && (
          <div className={styles.error} role="alert">
            {error}
          </div>
        )}
      </div>
    </div>
  );
}
