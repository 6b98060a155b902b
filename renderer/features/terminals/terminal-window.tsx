import { SquareTerminal } from 'lucide-react';
import { type ReactElement, useCallback, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { tellFailure, useEngine, useServices } from '../../stores/services.tsx';
import { Pane } from '../../stores/terminals/pane.tsx';
import { targetTitle } from '../../stores/terminals/titles.ts';
import { t } from '../../strings/t.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import type { TerminalCommand } from '../../ui/terminal-keys.ts';
import styles from './panel.module.css';

const words = t.terminal;

/** A window that shows one session and nothing else; it closes when the session is taken back or closed. */
export function TerminalWindow({ session }: { readonly session: string }): ReactElement {
  const { terminals, toasts } = useServices();
  const known = useStore(terminals, (state) => state.known);
  const target = useStore(terminals, (state) => state.sessions.get(session)?.target);
  const name = useEngine((state) => (target && target.kind !== 'host' ? (state.containers.get(target.id)?.name ?? '') : ''));
  const [finding, setFinding] = useState(false);
  const title = target ? (name === '' ? targetTitle(target) : `${name}: ${targetTitle(target)}`) : '';

  useEffect(() => terminals.follow(), [terminals]);
  useEffect(() => {
    if (title !== '') document.title = `${title} – ${t.app}`;
  }, [title]);
  const onGone = useCallback(() => window.close(), []);
  const onCommand = useCallback(
    (_session: string, command: TerminalCommand) => {
      if (command === 'find') setFinding(true);
      else if (command === 'close') terminals.close(session).catch((error: unknown) => tellFailure(toasts, words.closeFailed, error));
    },
    [terminals, toasts, session],
  );
  return (
    <main className={styles.panel}>
      {known && !target ? (
        <EmptyState icon={<SquareTerminal />} title={words.gone} text={words.goneText} />
      ) : (
        known && (
          <Pane
            window
            active
            session={session}
            label={target?.kind === 'host' ? words.host : words.label}
            finding={finding}
            onFindClose={() => setFinding(false)}
            onCommand={onCommand}
            onGone={onGone}
          />
        )
      )}
    </main>
  );
}
