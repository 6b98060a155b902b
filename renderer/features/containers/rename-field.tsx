import { type KeyboardEvent, type ReactElement, useRef, useState } from 'react';
import { useEngine, useServices } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { rename } from './actions.tsx';
import styles from './cells.module.css';
import { nameError } from './names.ts';

/** The name of a row while it is changed: Enter keeps it, Escape leaves it. */
export function RenameField({ id, name }: { readonly id: string; readonly name: string }): ReactElement {
  const services = useServices();
  const containers = useEngine((state) => state.containers);
  const [text, setText] = useState(name);
  const done = useRef(false);
  const error = text.trim() === name ? null : nameError(text.trim(), id, containers);
  const leave = () => {
    done.current = true;
    services.ui.setState({ renaming: null });
    requestAnimationFrame(() => document.querySelector<HTMLElement>('main [role="grid"], main [role="treegrid"]')?.focus());
  };
  const keep = () => {
    if (done.current || error !== null) return;
    leave();
    void rename(services, id, text);
  };
  const keyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === 'Enter') keep();
    else if (event.key === 'Escape') leave();
  };
  return (
    <input
      aria-label={t.verbs.renameLabel(name)}
      className={styles.rename}
      value={text}
      autoFocus
      spellCheck={false}
      autoComplete="off"
      aria-invalid={error !== null}
      title={error ?? undefined}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={keyDown}
      onClick={(event) => event.stopPropagation()}
      onBlur={() => (error === null ? keep() : leave())}
    />
  );
}
