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
  // Somebody else may rename it meanwhile: only what was typed is a new name.
  const [before] = useState(name);
  const [text, setText] = useState(name);
  const done = useRef(false);
  const field = useRef<HTMLInputElement>(null);
  const error = text.trim() === before ? null : nameError(text.trim(), id, containers);
  const leave = () => {
    done.current = true;
    // At once, as the next key may rename again; who left by going elsewhere stays there.
    if (document.activeElement === field.current) field.current?.closest<HTMLElement>('[role="grid"], [role="treegrid"]')?.focus();
    services.ui.setState({ renaming: null });
  };
  const keep = () => {
    if (done.current || error !== null) return;
    leave();
    if (text.trim() !== before) void rename(services, id, text);
  };
  const keyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === 'Enter') keep();
    else if (event.key === 'Escape') leave();
  };
  return (
    <input
      ref={field}
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
      onBlur={() => !done.current && (error === null ? keep() : leave())}
    />
  );
}
