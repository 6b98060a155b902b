import { type ReactElement, useMemo } from 'react';
import { useStore } from 'zustand';
import { useCommandContext } from '../stores/object-commands.tsx';
import { useServices, useUi, useUiState } from '../stores/services.tsx';
import { keysOf, type Shortcuts } from '../stores/shortcuts.ts';
import { t } from '../strings/t.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Keys } from '../ui/keys.tsx';
import { TERMINAL_KEYS } from '../ui/terminal-keys.ts';
import styles from './shortcuts-dialog.module.css';

const words = t.shortcuts;
interface Row {
  readonly title: string;
  readonly keys: readonly string[];
}

/** What lists do by themselves: no commands, so that nobody can take these keys away. */
const IN_LISTS: readonly Row[] = [
  { title: words.move, keys: ['↑', '↓'] },
  { title: words.ends, keys: ['Home', 'End'] },
  { title: words.open, keys: ['Enter'] },
  { title: words.select, keys: ['Space'] },
  { title: words.selectAll, keys: ['Mod+A'] },
  { title: words.selectRange, keys: ['Shift+↓'] },
  { title: words.fold, keys: ['←', '→'] },
  { title: words.rowMenu, keys: ['Shift+F10'] },
  { title: words.toHeads, keys: ['↑'] },
  { title: words.sortColumn, keys: ['Enter'] },
  { title: words.widthColumn, keys: ['Shift+←', 'Shift+→'] },
  { title: words.moveColumn, keys: ['Alt+↑', 'Alt+↓'] },
  { title: words.copyValue, keys: ['Mod+C'] },
  { title: words.escape, keys: ['Esc'] },
];

/** What logs do by themselves, and the field that searches in one. */
const IN_LOGS: readonly Row[] = [
  { title: words.matches, keys: ['Enter', 'Shift+Enter'] },
  { title: t.logs.isCase, keys: ['Alt+C'] },
  { title: t.logs.isRegex, keys: ['Alt+R'] },
  { title: words.selectLines, keys: ['Shift+↑', 'Shift+↓'] },
  { title: words.copyLines, keys: ['Mod+C'] },
];

/** What the files of an object do by themselves. */
const IN_FILES: readonly Row[] = [
  { title: t.files.up, keys: ['Backspace'] },
  { title: t.files.rename, keys: ['F2'] },
  { title: t.files.remove, keys: ['Del'] },
  { title: t.files.save, keys: ['Mod+S'] },
];

const IN_CHARTS: readonly Row[] = [
  { title: words.moment, keys: ['←', '→'] },
  { title: words.markSpan, keys: ['Shift+←', 'Shift+→'] },
  { title: words.zoomSpan, keys: ['Enter'] },
  { title: t.stats.reset, keys: ['Esc'] },
];

/** What terminals keep for themselves of the keys that programs in them get. */
const IN_TERMINALS: readonly Row[] = [
  { title: words.leaveTerminal, keys: [TERMINAL_KEYS.leave] },
  { title: t.terminal.new, keys: [TERMINAL_KEYS.new] },
  { title: t.terminal.find, keys: [TERMINAL_KEYS.find] },
  { title: t.terminal.splitRight, keys: [TERMINAL_KEYS['split-right']] },
  { title: t.terminal.splitBelow, keys: [TERMINAL_KEYS['split-below']] },
  { title: words.otherPane, keys: [TERMINAL_KEYS['previous-pane'], TERMINAL_KEYS['next-pane']] },
  { title: t.terminal.closeOne, keys: [TERMINAL_KEYS.close] },
];

/** Every command that has keys, under its heading; commands that share keys in turn, such as start and stop, in one row. */
function cheatSheet(
  app: readonly { readonly id: string; readonly title: string; readonly group: string; readonly keys?: string }[],
  objects: readonly { readonly id: string; readonly title: string; readonly place: string; readonly keys?: string }[],
  headingOf: (place: string) => string,
  chosen: Shortcuts,
): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, readonly Row[]>([[words.groups.everywhere, []]]);
  const add = (group: string, title: string, keys: string) => {
    const rows = [...(groups.get(group) ?? [])];
    const at = rows.findIndex((row) => row.keys[0] === keys);
    const same = rows[at];
    if (same) rows[at] = { title: `${same.title} / ${title}`, keys: [keys] };
    else rows.push({ title, keys: [keys] });
    groups.set(group, rows);
  };
  for (const command of app) {
    const keys = keysOf(command, chosen);
    if (keys !== undefined) add(command.group, command.title, keys);
  }
  for (const command of objects) {
    const keys = keysOf(command, chosen);
    if (keys !== undefined) add(headingOf(command.place), command.title, keys);
  }
  groups.set(words.groups.lists, [...(groups.get(words.groups.lists) ?? []), ...IN_LISTS]);
  groups.set(words.groups.logs, IN_LOGS);
  groups.set(words.groups.files, IN_FILES);
  groups.set(words.groups.charts, IN_CHARTS);
  groups.set(words.groups.terminals, IN_TERMINALS);
  return groups;
}

export function ShortcutsDialog(): ReactElement {
  const { settings } = useServices();
  const { commands } = useCommandContext();
  const ui = useUi();
  const chosen = useStore(settings, (state) => state.shortcuts);
  const open = useUiState((state) => state.overlay === 'shortcuts');
  const groups = useMemo(
    () => cheatSheet(commands.app, commands.objects, (place) => words.groups.on(commands.kinds.find((kind) => kind.place === place)?.title ?? place), chosen),
    [commands, chosen],
  );
  return (
    <Dialog wide reading open={open} onClose={() => ui.setState({ overlay: 'none' })} title={words.title}>
      <div className={styles.columns}>
        {[...groups].map(([title, rows]) => (
          <section key={title} className={styles.group}>
            <h3>{title}</h3>
            {rows.map((row) => (
              <div key={row.title} className={styles.row}>
                <span>{row.title}</span>
                <span className={styles.keys}>
                  {row.keys.map((key) => (
                    <Keys key={key} of={key} />
                  ))}
                </span>
              </div>
            ))}
          </section>
        ))}
      </div>
    </Dialog>
  );
}
