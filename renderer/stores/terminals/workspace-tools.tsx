import {
  Accessibility,
  AppWindow,
  ChevronDown,
  Columns2,
  Copy,
  Ellipsis,
  Eraser,
  PanelBottom,
  PanelRight,
  Plus,
  RotateCw,
  Rows2,
  Search,
  X,
} from 'lucide-react';
import type { ReactElement } from 'react';
import type { TerminalRow } from '../../../electron/ipc/contract/terminals.ts';
import { t } from '../../strings/t.ts';
import { IconButton } from '../../ui/button.tsx';
import { Menu, type MenuAction } from '../../ui/menu.tsx';
import type { TerminalHandle } from '../../ui/terminal.tsx';
import { TERMINAL_KEYS, type TerminalCommand } from '../../ui/terminal-keys.ts';
import { tellFailure, useServices } from '../services.tsx';
import { PANEL, type TerminalPlace } from './layout.ts';
import styles from './workspace.module.css';

const words = t.terminal;

/** What can be done with the session that has the keys, and the buttons for one more. */
export function WorkspaceTools({
  place,
  active,
  handle,
  onNew,
  newActions,
  newDisabled,
  onCommand,
}: {
  readonly place: TerminalPlace;
  readonly active: TerminalRow | undefined;
  readonly handle: () => TerminalHandle | undefined;
  readonly onNew: () => void;
  readonly newActions: () => readonly MenuAction[];
  readonly newDisabled: boolean;
  readonly onCommand: (session: string, command: TerminalCommand) => void;
}): ReactElement {
  const { terminals, toasts, ui } = useServices();
  const doing = (title: string, work: Promise<unknown>) => void work.catch((error: unknown) => tellFailure(toasts, title, error));
  const more = (): readonly MenuAction[] => {
    if (!active) return [];
    const { id, target, state } = active;
    const screenReader = ui.getState().terminalScreenReader;
    return [
      { id: 'detach', label: words.detach, icon: <AppWindow />, run: () => doing(words.openFailed, terminals.detach(id)) },
      ...(target.kind === 'host'
        ? []
        : place === PANEL
          ? [{ id: 'back', label: words.toContainer, icon: <PanelRight />, run: () => terminals.move(id, target.id) }]
          : [
              {
                id: 'panel',
                label: words.toPanel,
                icon: <PanelBottom />,
                run: () => {
                  terminals.move(id, PANEL);
                  ui.setState({ terminalOpen: true });
                },
              },
            ]),
      { id: 'copy', label: words.copyAll, icon: <Copy />, apart: true, run: () => handle()?.copyAll() },
      { id: 'clear', label: words.clear, icon: <Eraser />, run: () => handle()?.clear() },
      {
        id: 'reader',
        label: words.screenReader,
        icon: <Accessibility />,
        checked: screenReader,
        run: () => ui.setState({ terminalScreenReader: !screenReader }),
      },
      {
        id: 'restart',
        label: words.restart,
        icon: <RotateCw />,
        apart: true,
        disabled: state !== 'ended',
        run: () => doing(words.openFailed, terminals.restart(id)),
      },
      { id: 'close', label: words.closeOne, icon: <X />, keys: TERMINAL_KEYS.close, run: () => onCommand(id, 'close') },
    ];
  };
  const command = (name: TerminalCommand, label: string, icon: ReactElement) => (
    <IconButton small label={label} keys={TERMINAL_KEYS[name]} disabled={!active} onClick={() => active && onCommand(active.id, name)}>
      {icon}
    </IconButton>
  );
  return (
    <div className={styles.tools}>
      <IconButton small label={words.new} keys={TERMINAL_KEYS.new} disabled={newDisabled} onClick={onNew}>
        <Plus />
      </IconButton>
      <Menu
        live
        trigger={
          <IconButton small label={words.newWith}>
            <ChevronDown />
          </IconButton>
        }
        actions={newActions}
      />
      <span className={styles.rule} />
      {command('find', words.find, <Search />)}
      {command('split-right', words.splitRight, <Columns2 />)}
      {command('split-below', words.splitBelow, <Rows2 />)}
      <Menu
        trigger={
          <IconButton small label={t.more} disabled={!active}>
            <Ellipsis />
          </IconButton>
        }
        actions={more}
      />
    </div>
  );
}
