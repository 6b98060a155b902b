import { X } from 'lucide-react';
import type { KeyboardEvent, ReactElement } from 'react';
import { t } from '../../strings/t.ts';
import { cx } from '../../ui/class-names.ts';
import { MiddleText } from '../../ui/middle-text.tsx';
import styles from './session-strip.module.css';

export interface StripTab {
  readonly id: string;
  readonly title: string;
  /** Nothing runs in it any more. */
  readonly ended: boolean;
}

/** Sessions to choose from; each has its own close button, which is why these are no ARIA tabs. */
export function SessionStrip({
  tabs,
  active,
  onSelect,
  onClose,
}: {
  readonly tabs: readonly StripTab[];
  readonly active: string;
  readonly onSelect: (id: string) => void;
  readonly onClose: (id: string) => void;
}): ReactElement {
  const keyDown = (event: KeyboardEvent<HTMLDivElement>, id: string) => {
    const index = tabs.findIndex((tab) => tab.id === id);
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = tabs[index + step];
    if (event.key === 'Delete') onClose(id);
    else if (step !== 0 && next) {
      event.currentTarget.parentElement?.children[index + step]?.querySelector('button')?.focus();
      onSelect(next.id);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={styles.strip} role="group" aria-label={t.terminal.sessions}>
      {tabs.map(({ id, title, ended }) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: hears the keys of the two buttons in it
        <div
          key={id}
          className={cx(styles.tab, id === active && styles.active)}
          onKeyDown={(event) => keyDown(event, id)}
          onAuxClick={(event) => event.button === 1 && onClose(id)}
        >
          <button type="button" className={styles.title} data-ended={ended} aria-pressed={id === active} onClick={() => onSelect(id)}>
            <MiddleText text={title} />
          </button>
          <button type="button" className={styles.close} aria-label={t.terminal.close(title)} onClick={() => onClose(id)}>
            <X />
          </button>
        </div>
      ))}
    </div>
  );
}
