import { RotateCcw, X } from 'lucide-react';
import { type KeyboardEvent, type ReactElement, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { AppCommand, ObjectCommand } from '../../stores/commands.ts';
import { useCommandContext } from '../../stores/object-commands.tsx';
import { tellFailure, useServices } from '../../stores/services.tsx';
import { conflicts, keysOf, pressedKeys, type Shortcuts } from '../../stores/shortcuts.ts';
import { listed } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { APPLE, Keys } from '../../ui/keys.tsx';
import styles from './settings.module.css';

const words = t.settings;
type Command = AppCommand | ObjectCommand;

/** Every command under its heading, with the keys that it has and may be given. */
export function ShortcutsSection(): ReactElement {
  const { settings, toasts } = useServices();
  const { commands } = useCommandContext();
  const chosen = useStore(settings, (state) => state.shortcuts);
  const groups = useMemo(() => {
    const found = new Map<string, Command[]>();
    const headingOf = (command: Command): string =>
      'group' in command ? command.group : t.shortcuts.groups.on(commands.kinds.find(({ place }) => place === command.place)?.title ?? command.place);
    for (const command of [...commands.app, ...commands.objects]) {
      const heading = headingOf(command);
      found.set(heading, [...(found.get(heading) ?? []), command]);
    }
    return [...found];
  }, [commands]);
  const write = (shortcuts: Shortcuts) => void settings.write({ shortcuts }).catch((error: unknown) => tellFailure(toasts, words.notKept, error));
  const clash = (id: string, keys: string): string | null => {
    const found = conflicts(commands, { ...chosen, [id]: keys }).find((one) => one.keys === keys && one.commands.includes(id));
    if (!found) return null;
    const others = [...commands.app, ...commands.objects].filter((one) => one.id !== id && found.commands.includes(one.id));
    return others.length === 0 ? words.reserved(keys) : words.taken(keys, listed(others.map(({ title }) => title)));
  };
  return (
    <div className={styles.keys} role="group" aria-label={words.shortcutList}>
      <div className={styles.end}>
        <Button disabled={Object.keys(chosen).length === 0} onClick={() => write({})}>
          <RotateCcw />
          {words.resetAll}
        </Button>
      </div>
      {groups.map(([heading, list]) => (
        <section key={heading}>
          <h3 className={styles.keyGroup}>{heading}</h3>
          {list.map((command) => (
            <ShortcutRow
              key={command.id}
              command={command}
              chosen={chosen}
              clash={(keys) => clash(command.id, keys)}
              onKeys={(keys) => {
                const { [command.id]: _, ...rest } = chosen;
                write(keys === null || keys === (command.keys ?? '') ? rest : { ...rest, [command.id]: keys });
              }}
            />
          ))}
        </section>
      ))}
    </div>
  );
}

interface RowProps {
  readonly command: Command;
  readonly chosen: Shortcuts;
  /** Why it cannot have them; null: it can. */
  readonly clash: (keys: string) => string | null;
  /** Null: the default; empty: none. */
  readonly onKeys: (keys: string | null) => void;
}

function ShortcutRow({ command, chosen, clash, onKeys }: RowProps): ReactElement {
  const [waits, setWaits] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const keys = keysOf(command, chosen);
  const { title } = command;
  const take = (event: KeyboardEvent) => {
    if (!waits || event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') return setWaits(false);
    const pressed = pressedKeys(event, APPLE);
    if (pressed === null) return;
    const problem = clash(pressed);
    setError(problem);
    setWaits(false);
    if (problem === null) onKeys(pressed);
  };
  return (
    <div className={styles.keyRow} role="group" aria-label={title}>
      <span>{title}</span>
      {keys === undefined ? <span className={styles.faint}>{words.noKeys}</span> : <Keys of={keys} />}
      <Button
        small
        aria-label={waits ? words.pressKeys : words.changeOf(title)}
        aria-pressed={waits}
        onClick={() => {
          setError(null);
          setWaits(!waits);
        }}
        onKeyDown={take}
        onBlur={() => setWaits(false)}
      >
        {waits ? words.pressKeys : words.change}
      </Button>
      <IconButton small label={words.removeOf(title)} disabled={keys === undefined} onClick={() => onKeys('')}>
        <X />
      </IconButton>
      <IconButton small label={words.resetOf(title)} disabled={chosen[command.id] === undefined} onClick={() => onKeys(null)}>
        <RotateCcw />
      </IconButton>
      {error !== null && (
        <div className={styles.error} role="alert">
          {error}
        </div>
      )}
    </div>
  );
}
