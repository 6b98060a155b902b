import { Plus, SquareTerminal } from 'lucide-react';
import { type ReactElement, useCallback, useEffect, useState } from 'react';
import { useServices } from '../../stores/services.tsx';
import { type SessionEnd, streamSession } from '../../stores/terminal-session.ts';
import { t } from '../../strings/t.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Select } from '../../ui/select.tsx';
import { type SessionHandlers, Terminal, type TerminalSize } from '../../ui/terminal.tsx';
import { ToolNote, ToolRow } from '../../ui/tool-row.tsx';

/** A glance at the tab while moving through the list starts nothing. */
const SETTLE_MS = 250;

type Shells =
  | { readonly state: 'looking' }
  | { readonly state: 'found'; readonly shells: readonly string[] }
  | { readonly state: 'failed'; readonly error: string };

/** A shell inside the container. The session lives as long as this container's details are open, whichever tab is shown. */
export function TerminalTab({ id, visible, running }: { readonly id: string; readonly visible: boolean; readonly running: boolean }): ReactElement | null {
  const { transport } = useServices();
  const [shells, setShells] = useState<Shells | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [shell, setShell] = useState('');
  const wanted = visible && running && shells === null;
  const words = t.terminal;

  useEffect(() => {
    if (!wanted) return;
    let stale = false;
    const timer = setTimeout(() => {
      transport.request('container.shells', { id }).then(
        (found) => {
          if (stale) return;
          setShells({ state: 'found', shells: found.shells });
          setShell((held) => (found.shells.includes(held) ? held : (found.shells[0] ?? '')));
        },
        (error: unknown) => !stale && setShells({ state: 'failed', error: error instanceof Error ? error.message : String(error) }),
      );
    }, SETTLE_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [transport, id, wanted]);

  const again = () => {
    setAttempt((count) => count + 1);
    if (shells?.state !== 'found') setShells(null);
  };

  if (!running && shells?.state !== 'found') return <EmptyState icon={<SquareTerminal />} title={words.stopped} text={words.stoppedText} />;
  if (!shells || shells.state === 'looking') return <EmptyState title={words.looking} />;
  if (shells.state === 'failed')
    return <EmptyState alert icon={<SquareTerminal />} title={words.failed} text={shells.error} action={<Button onClick={again}>{t.retry}</Button>} />;
  if (shells.shells.length === 0) return <EmptyState icon={<SquareTerminal />} title={words.noShell} text={words.noShellText} />;
  return (
    <ContainerShell
      key={`${shell} ${attempt}`}
      id={id}
      shell={shell}
      chooser={<Select label={words.shell} value={shell} options={shells.shells.map((path) => ({ value: path, label: path }))} onChange={setShell} />}
      running={running}
      onAgain={again}
    />
  );
}

function ContainerShell({
  id,
  shell,
  chooser,
  running,
  onAgain,
}: {
  readonly id: string;
  readonly shell: string;
  readonly chooser: ReactElement;
  readonly running: boolean;
  readonly onAgain: () => void;
}): ReactElement {
  const { transport } = useServices();
  const [end, setEnd] = useState<SessionEnd | null>(null);
  const words = t.terminal;
  const connect = useCallback(
    (size: TerminalSize, handlers: SessionHandlers) =>
      streamSession(
        (streamHandlers) => transport.open('terminal', { id, command: [shell], user: '', workingDir: '', ...size }, streamHandlers),
        handlers,
        setEnd,
      ),
    [transport, id, shell],
  );
  return (
    <>
      <ToolRow
        end={
          <Button small look="quiet" disabled={!running} onClick={onAgain}>
            <Plus />
            {words.start}
          </Button>
        }
      >
        <ToolNote>{words.shell}</ToolNote>
        {chooser}
      </ToolRow>
      {end && <Ended end={end} />}
      <Terminal label={words.label} connect={connect} />
    </>
  );
}

const Ended = ({ end }: { readonly end: SessionEnd }): ReactElement => (
  <Banner look={'error' in end ? 'error' : 'warning'}>{'error' in end ? `${t.terminal.broken}: ${end.error}` : t.terminal.ended(end.exitCode)}</Banner>
);
