import type { ReactElement } from 'react';
import { useUi, useUiState } from '../stores/services.tsx';
import { t } from '../strings/t.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Keys } from '../ui/keys.tsx';
import styles from './shortcuts-dialog.module.css';

const words = t.shortcuts;
const GROUPS: readonly { readonly title: string; readonly rows: readonly (readonly [string, readonly string[]])[] }[] = [
  {
    title: words.groups.everywhere,
    rows: [
      [words.palette, ['Mod+K']],
      [words.goContainers, ['Mod+1']],
      [words.goImages, ['Mod+2']],
      [words.terminal, ['Mod+`']],
      [words.help, ['?']],
      [words.escape, ['Esc']],
    ],
  },
  {
    title: words.groups.lists,
    rows: [
      [words.filter, ['/']],
      [words.move, ['↑', '↓']],
      [words.ends, ['Home', 'End']],
      [words.open, ['Enter']],
      [words.select, ['Space']],
      [words.selectAll, ['Mod+A']],
    ],
  },
  {
    title: words.groups.containers,
    rows: [
      [words.startStop, ['S']],
      [words.restart, ['R']],
      [words.logs, ['L']],
      [words.containerTerminal, ['T']],
      [words.remove, ['Del']],
    ],
  },
  { title: words.groups.logs, rows: [[words.find, ['Mod+F']]] },
];

export function ShortcutsDialog(): ReactElement {
  const ui = useUi();
  const open = useUiState((state) => state.overlay === 'shortcuts');
  return (
    <Dialog wide reading open={open} onClose={() => ui.setState({ overlay: 'none' })} title={words.title}>
      <div className={styles.columns}>
        {GROUPS.map(({ title, rows }) => (
          <section key={title} className={styles.group}>
            <h3>{title}</h3>
            {rows.map(([text, keys]) => (
              <div key={text} className={styles.row}>
                <span>{text}</span>
                <span className={styles.keys}>
                  {keys.map((key) => (
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
