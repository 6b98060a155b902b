import { Box, Monitor, Plus, SquareTerminal, X } from 'lucide-react';
import { type ReactElement, useCallback, useEffect, useInsertionEffect, useLayoutEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { TerminalTarget } from '../../../electron/ipc/contract/terminals.ts';
import { tellFailure, useEngine, useServices } from '../../stores/services.tsx';
import { PANEL } from '../../stores/terminals/layout.ts';
import { Workspace } from '../../stores/terminals/workspace.tsx';
import { t } from '../../strings/t.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import type { MenuAction } from '../../ui/menu.tsx';
import styles from './panel.module.css';

const words = t.terminal;
/** A menu is no list: who has more containers opens their terminals from the list. */
const MAX_LISTED = 20;

/** Terminals under every screen: this machine's own shell, whose docker speaks to the engine, and any container's. */
export function TerminalPanel(): ReactElement {
  const { transport, terminals, engine, ui, toasts } = useServices();
  const known = useStore(terminals, (state) => state.known);
  const any = useStore(terminals, (state) => state.layout[PANEL] !== undefined);
  const up = useEngine((state) => state.link === 'live');
  // The first look opens a shell; one who has closed all of them is left with none.
  const [fresh, setFresh] = useState(true);
  const asked = useRef(false);
  if (fresh && any) setFresh(false);

  const open = useCallback(
    (target: TerminalTarget) => {
      asked.current = true;
      terminals.open(PANEL, target).catch((error: unknown) => tellFailure(toasts, words.openFailed, error));
    },
    [terminals, toasts],
  );
  const frame = useRef<HTMLElement>(null);
  const opener = useRef<Element>(null);
  useInsertionEffect(() => {
    opener.current = document.activeElement;
  }, []);
  // Who typed in a panel that is closed goes on where it was opened.
  useLayoutEffect(() => {
    const panel = frame.current;
    return () => {
      if (panel?.contains(document.activeElement) && opener.current instanceof HTMLElement) opener.current.focus();
    };
  }, []);
  const openHost = useCallback(() => open({ kind: 'host' }), [open]);
  useEffect(() => terminals.follow(), [terminals]);
  useEffect(() => {
    if (known && fresh && !any && !asked.current) openHost();
  }, [known, any, fresh, openHost]);

  const openIn = async (id: string) => {
    try {
      const { shells } = await transport.request('container.shells', { id });
      open(
        shells[0] === undefined
          ? { kind: 'debug', id, image: '', workingDir: '', hint: t.terminal.debugHint }
          : { kind: 'exec', id, command: [shells[0]], user: '', workingDir: '' },
      );
    } catch (error) {
      tellFailure(toasts, words.openFailed, error);
    }
  };
  const newActions = (): readonly MenuAction[] => {
    const running = [...engine.getState().containers.values()].filter(({ state }) => state === 'running');
    running.sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));
    return [
      { id: 'host', label: words.host, icon: <Monitor />, run: openHost },
      ...running
        .slice(0, MAX_LISTED)
        .map(({ id, name }, index): MenuAction => ({ id, label: name, icon: <Box />, apart: index === 0, disabled: !up, run: () => void openIn(id) })),
    ];
  };
  return (
    <section ref={frame} className={styles.panel} aria-label={words.panel}>
      <Workspace
        place={PANEL}
        onNew={openHost}
        newActions={newActions}
        end={
          <span className={styles.end}>
            <IconButton small label={words.hide} command="app.terminal" onClick={() => ui.setState({ terminalOpen: false })}>
              <X />
            </IconButton>
          </span>
        }
        empty={
          <EmptyState
            icon={<SquareTerminal />}
            title={known && !fresh ? words.noneOpen : words.starting}
            text={words.noneOpenText}
            action={
              <Button onClick={openHost}>
                <Plus />
                {words.host}
              </Button>
            }
          />
        }
      />
    </section>
  );
}
