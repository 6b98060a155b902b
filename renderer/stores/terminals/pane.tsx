import { AppWindow, RotateCw } from 'lucide-react';
import { type ReactElement, useCallback, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { TerminalRow } from '../../../electron/ipc/contract/terminals.ts';
import { pathOf } from '../../engine/file-path.ts';
import { t } from '../../strings/t.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { type SessionHandlers, Terminal, type TerminalHandle, type TerminalSize } from '../../ui/terminal.tsx';
import { TerminalFind } from '../../ui/terminal-find.tsx';
import type { TerminalCommand } from '../../ui/terminal-keys.ts';
import { tellFailure, useServices, useUiState } from '../services.tsx';
import styles from './pane.module.css';
import { viewSession } from './view-session.ts';

const words = t.terminal;
/** Before a lost session is looked for again. */
const AGAIN_MS = 1000;
/** What is shown of text that a program offers. */
const PREVIEW = 120;

export interface PaneProps {
  readonly session: string;
  readonly label: string;
  /** This page is the session's own window. */
  readonly window?: boolean;
  /** Has the keys among the panes beside it. */
  readonly active: boolean;
  readonly finding: boolean;
  readonly onFindClose: () => void;
  readonly onHandle?: (session: string, handle: TerminalHandle | null) => void;
  readonly onCommand: (session: string, command: TerminalCommand) => void;
  readonly onFocus?: (session: string) => void;
  /** It was closed, or taken back by another window. */
  readonly onGone?: () => void;
}

/** One session on the screen, with what there is to say about it. */
export function Pane({ session, label, window = false, active, finding, onFindClose, onHandle, onCommand, onFocus, onGone }: PaneProps): ReactElement | null {
  const { transport, terminals, toasts } = useServices();
  const row = useStore(terminals, (state) => state.sessions.get(session));
  const screenReader = useUiState((state) => state.terminalScreenReader);
  const [handle, setHandle] = useState<TerminalHandle | null>(null);
  const [offered, setOffered] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [lost, setLost] = useState(false);

  const connect = useCallback(
    (size: TerminalSize, handlers: SessionHandlers) => {
      void attempt;
      setLost(false);
      return viewSession(transport, session, window, size, handlers, (error) => (error === '' ? onGone?.() : setLost(true)));
    },
    [transport, session, window, attempt, onGone],
  );
  useEffect(() => {
    if (!lost) return;
    const timer = setTimeout(() => setAttempt((number) => number + 1), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [lost]);
  const ready = useCallback(
    (next: TerminalHandle | null) => {
      setHandle(next);
      onHandle?.(session, next);
    },
    [onHandle, session],
  );
  const doing = (title: string, work: Promise<unknown>) => void work.catch((error: unknown) => tellFailure(toasts, title, error));

  if (row?.detached && !window) {
    return (
      <EmptyState
        icon={<AppWindow />}
        title={words.detached}
        text={words.detachedText}
        action={<Button onClick={() => doing(words.openFailed, terminals.recall(session))}>{words.recall}</Button>}
      />
    );
  }
  return (
    <div className={styles.pane} data-active={active}>
      {offered !== null && (
        <Banner
          action={
            <>
              <Button
                small
                onClick={() => {
                  doing(words.clipboard(''), navigator.clipboard.writeText(offered));
                  setOffered(null);
                  handle?.focus();
                }}
              >
                {words.allow}
              </Button>
              <Button small look="quiet" onClick={() => setOffered(null)}>
                {words.deny}
              </Button>
            </>
          }
        >
          {words.clipboard(words.characters(offered.length))} <code className={styles.offered}>{preview(offered)}</code>
        </Banner>
      )}
      {lost && <Banner look="error">{words.lost}</Banner>}
      {row && <Ended row={row} onRestart={() => doing(words.openFailed, terminals.restart(session))} />}
      {finding && handle && (
        <TerminalFind
          search={handle.search}
          onClose={() => {
            onFindClose();
            handle.focus();
          }}
        />
      )}
      <Terminal
        label={label}
        connect={connect}
        focus={active}
        screenReader={screenReader}
        onReady={ready}
        onClipboard={setOffered}
        onCommand={(command) => onCommand(session, command)}
        onFocus={() => onFocus?.(session)}
        pathOf={pathOf}
      />
    </div>
  );
}

function Ended({ row, onRestart }: { readonly row: TerminalRow; readonly onRestart: () => void }): ReactElement | null {
  if (row.state !== 'ended') return null;
  return (
    <Banner
      look={row.error === '' ? 'warning' : 'error'}
      action={
        <Button small onClick={onRestart}>
          <RotateCw />
          {words.restart}
        </Button>
      }
    >
      {row.error === '' ? words.ended(row.exitCode ?? 0) : `${words.broken}: ${row.error}`}
    </Banner>
  );
}

/** One line of it, so that what follows a line break is seen too. */
function preview(text: string): string {
  const line = JSON.stringify(text).slice(1, -1);
  return line.length > PREVIEW ? `${line.slice(0, PREVIEW)}…` : line;
}
