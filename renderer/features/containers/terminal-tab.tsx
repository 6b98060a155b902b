import { Bug, Plus, SquareTerminal } from 'lucide-react';
import { type ReactElement, useCallback, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { TerminalTarget } from '../../../electron/ipc/contract/terminals.ts';
import { tellFailure, useEngine, useServices } from '../../stores/services.tsx';
import { useContainerShells } from '../../stores/terminals/container-shells.ts';
import { SessionDialog } from '../../stores/terminals/session-dialog.tsx';
import { Workspace } from '../../stores/terminals/workspace.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import type { MenuAction } from '../../ui/menu.tsx';

const words = t.terminal;

interface TerminalTabProps {
  readonly id: string;
  readonly visible: boolean;
  readonly running: boolean;
  /** It does not run on for now: nothing can be started in it. */
  readonly paused: boolean;
}

/** Sessions in the container. They live in the shell, so that they go on whatever is looked at. */
export function TerminalTab({ id, visible, running, paused }: TerminalTabProps): ReactElement {
  const { terminals, toasts } = useServices();
  const name = useEngine((state) => state.containers.get(id)?.name ?? '');
  const known = useStore(terminals, (state) => state.known);
  const any = useStore(terminals, (state) => state.layout[id] !== undefined);
  const { shells, again } = useContainerShells(id, visible && running);
  const [choosing, setChoosing] = useState(false);
  const found = shells.state === 'found' ? shells.found : null;
  const shell = found?.shells[0];
  // The first look at the tab opens a shell; one who has closed all of them is left with none.
  const [fresh, setFresh] = useState(true);
  const asked = useRef(false);
  if (fresh && any) setFresh(false);

  const open = useCallback(
    (target: TerminalTarget) => {
      asked.current = true;
      terminals.open(id, target).catch((error: unknown) => tellFailure(toasts, words.openFailed, error));
    },
    [terminals, toasts, id],
  );
  const exec = useCallback(
    (command: readonly string[], user = '', workingDir = '') => open({ kind: 'exec', id, command: [...command], user, workingDir }),
    [open, id],
  );
  const debug = useCallback(() => open({ kind: 'debug', id, image: '', workingDir: '', hint: t.terminal.debugHint }), [open, id]);
  const openNew = useCallback(() => (shell === undefined ? debug() : exec([shell])), [shell, exec, debug]);

  useEffect(() => {
    if (visible) terminals.follow();
  }, [visible, terminals]);
  useEffect(() => {
    if (!visible || !running || !known || any || !fresh || asked.current || shell === undefined) return;
    exec([shell]);
  }, [visible, running, known, any, fresh, shell, exec]);

  const newActions = (): readonly MenuAction[] => [
    ...(found?.shells ?? []).map((path): MenuAction => ({ id: path, label: path, icon: <SquareTerminal />, disabled: !running, run: () => exec([path]) })),
    { id: 'custom', label: words.another, icon: <Plus />, disabled: !running || !found, run: () => setChoosing(true) },
    ...(found?.tty
      ? [{ id: 'main', label: words.main, icon: <SquareTerminal />, apart: true, disabled: !running, run: () => open({ kind: 'main', id }) }]
      : []),
    { id: 'debug', label: words.debug, icon: <Bug />, apart: !found?.tty, disabled: !running, run: debug },
  ];
  return (
    <>
      <Workspace
        place={id}
        onNew={openNew}
        newActions={newActions}
        newDisabled={!running || !found}
        empty={<Nothing running={running} paused={paused} shells={shells} onAgain={again} onDebug={debug} onNew={openNew} fresh={fresh} />}
      />
      {choosing && found && (
        <SessionDialog
          name={name}
          found={found}
          onClose={() => setChoosing(false)}
          onOpen={({ command, user, workingDir }) => {
            setChoosing(false);
            exec(command, user, workingDir);
          }}
        />
      )}
    </>
  );
}

function Nothing({
  running,
  paused,
  shells,
  fresh,
  onAgain,
  onDebug,
  onNew,
}: {
  readonly running: boolean;
  readonly paused: boolean;
  readonly shells: ReturnType<typeof useContainerShells>['shells'];
  /** A session is about to be opened. */
  readonly fresh: boolean;
  readonly onAgain: () => void;
  readonly onDebug: () => void;
  readonly onNew: () => void;
}): ReactElement {
  if (paused) return <EmptyState icon={<SquareTerminal />} title={words.paused} text={words.pausedText} />;
  if (!running) return <EmptyState icon={<SquareTerminal />} title={words.stopped} text={words.stoppedText} />;
  if (shells.state === 'failed') {
    return <EmptyState alert icon={<SquareTerminal />} title={words.failed} text={shells.error} action={<Button onClick={onAgain}>{t.retry}</Button>} />;
  }
  if (shells.state === 'looking' || (fresh && shells.found.shells.length > 0)) return <EmptyState title={words.looking} />;
  if (shells.found.shells.length === 0) {
    return (
      <EmptyState
        icon={<Bug />}
        title={words.noShell}
        text={words.noShellText}
        action={
          <Button look="primary" onClick={onDebug}>
            <Bug />
            {words.debug}
          </Button>
        }
      />
    );
  }
  return (
    <EmptyState
      icon={<SquareTerminal />}
      title={words.noneOpen}
      text={words.noneOpenText}
      action={
        <Button onClick={onNew}>
          <Plus />
          {words.new}
        </Button>
      }
    />
  );
}
