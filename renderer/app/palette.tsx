import { Dialog } from '@base-ui/react/dialog';
import { type KeyboardEvent, type ReactElement, useId, useMemo, useState } from 'react';
import { useCommandContext } from '../stores/object-commands.tsx';
import { useEngine, useUi, useUiState } from '../stores/services.tsx';
import { t } from '../strings/t.ts';
import styles from './palette.module.css';
import { allEntries, type Entry, found } from './palette-entries.ts';

/** Objects and actions by name. */
export function Palette(): ReactElement {
  const ui = useUi();
  const open = useUiState((state) => state.overlay === 'palette');
  const close = () => ui.setState(({ overlay }) => ({ overlay: overlay === 'palette' ? 'none' : overlay }));
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.popup} aria-label={t.palette.title}>
          <Search onDone={close} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Search({ onDone }: { readonly onDone: () => void }): ReactElement {
  const context = useCommandContext();
  const prefix = useId();
  const objects = useEngine((state) => state);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const entries = useMemo(() => allEntries(context, objects), [context, objects]);
  const shown = useMemo(() => found(entries, query), [entries, query]);
  const current = Math.min(at, shown.length - 1);

  const choose = (entry: Entry | undefined) => {
    if (!entry) return;
    onDone();
    entry.run();
  };
  const keyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt(Math.min(shown.length - 1, current + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(0, current - 1));
    else if (event.key === 'Enter') choose(shown[current]);
    else return;
    event.preventDefault();
  };

  return (
    <>
      <input
        className={styles.input}
        role="combobox"
        aria-expanded="true"
        aria-controls={`${prefix}list`}
        aria-activedescendant={shown.length > 0 ? `${prefix}${current}` : undefined}
        aria-label={t.palette.label}
        placeholder={t.palette.label}
        value={query}
        spellCheck={false}
        autoFocus
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={keyDown}
      />
      <div id={`${prefix}list`} className={styles.list} role="listbox" aria-label={t.palette.results}>
        {shown.map((entry, index) => (
          <div
            key={`${entry.kind} ${entry.id}`}
            id={`${prefix}${index}`}
            ref={index === current ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined}
            className={styles.entry}
            role="option"
            aria-selected={index === current}
            onPointerMove={() => setAt(index)}
            onClick={() => choose(entry)}
          >
            {entry.icon}
            <span className={styles.title}>{entry.title}</span>
            <span className={styles.note}>{entry.note}</span>
            <span className={styles.kind}>{entry.kind}</span>
          </div>
        ))}
        {shown.length === 0 && <p className={styles.empty}>{t.palette.empty}</p>}
      </div>
    </>
  );
}
