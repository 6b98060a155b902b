import { Plus, X } from 'lucide-react';
import { type ReactElement, useCallback, useState } from 'react';
import { useServices } from '../../stores/services.tsx';
import { type SessionEnd, streamSession } from '../../stores/terminal-session.ts';
import { t } from '../../strings/t.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { type SessionHandlers, Terminal, type TerminalSize } from '../../ui/terminal.tsx';
import { ToolNote, ToolRow } from '../../ui/tool-row.tsx';
import styles from './panel.module.css';

/** A shell on this machine whose docker client talks to this engine. */
export function HostTerminal(): ReactElement {
  const { transport, ui } = useServices();
  const [session, setSession] = useState(0);
  const [end, setEnd] = useState<SessionEnd | null>(null);
  const words = t.terminal;
  // A new session is a new function, which the terminal connects by.
  const connect = useCallback(
    (size: TerminalSize, handlers: SessionHandlers) => {
      void session;
      return streamSession((streamHandlers) => transport.open('host-terminal', size, streamHandlers), handlers, setEnd);
    },
    [transport, session],
  );
  return (
    <section className={styles.panel} aria-label={words.host}>
      <ToolRow
        end={
          <>
            <Button
              small
              look="quiet"
              onClick={() => {
                setEnd(null);
                setSession((number) => number + 1);
              }}
            >
              <Plus />
              {words.start}
            </Button>
            <IconButton small label={words.hide} keys="Mod+`" onClick={() => ui.setState({ terminalOpen: false })}>
              <X />
            </IconButton>
          </>
        }
      >
        <h2 className={styles.title}>{words.host}</h2>
        <ToolNote>{words.hostNote}</ToolNote>
      </ToolRow>
      {end && <Banner look={'error' in end ? 'error' : 'warning'}>{'error' in end ? `${words.broken}: ${end.error}` : words.ended(end.exitCode)}</Banner>}
      <Terminal label={words.host} connect={connect} />
    </section>
  );
}
