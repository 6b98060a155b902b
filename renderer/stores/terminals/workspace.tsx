import { type ReactElement, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { TerminalRow } from '../../../electron/ipc/contract/terminals.ts';
import { t } from '../../strings/t.ts';
import type { MenuAction } from '../../ui/menu.tsx';
import { Split } from '../../ui/split.tsx';
import type { TerminalHandle } from '../../ui/terminal.tsx';
import type { TerminalCommand } from '../../ui/terminal-keys.ts';
import { tellFailure, useEngine, useServices } from '../services.tsx';
import { NO_TABS, neighbour, PANEL, type PaneTree, sessionsOf, type TabStrip, type TerminalPlace } from './layout.ts';
import { Pane } from './pane.tsx';
import { SessionStrip, type StripTab } from './session-strip.tsx';
import { numbered, targetTitle } from './titles.ts';
import styles from './workspace.module.css';
import { WorkspaceTools } from './workspace-tools.tsx';

const words = t.terminal;

export interface WorkspaceProps {
  readonly place: TerminalPlace;
  /** Opens one more as a person expects it here. */
  readonly onNew: () => void;
  /** What else can be opened. */
  readonly newActions: () => readonly MenuAction[];
  readonly newDisabled?: boolean;
  /** Before the tabs, and after the tools. */
  readonly start?: ReactNode;
  readonly end?: ReactNode;
  /** Shown while no session is open. */
  readonly empty: ReactNode;
}

/** Sessions as tabs, each of which may be split, and the tools for the one that has the keys. */
export function Workspace({ place, onNew, newActions, newDisabled = false, start, end, empty }: WorkspaceProps): ReactElement {
  const { terminals, toasts } = useServices();
  const strip = useStore(terminals, (state) => state.layout[place]) ?? NO_TABS;
  const sessions = useStore(terminals, (state) => state.sessions);
  const [finding, setFinding] = useState('');
  const handles = useRef(new Map<string, TerminalHandle>());
  const tab = strip.tabs.find(({ id }) => id === strip.active) ?? strip.tabs[0];
  const { titles, labels } = useNames(strip, place, sessions);

  useEffect(() => terminals.follow(), [terminals]);
  const doing = useCallback((title: string, work: Promise<unknown>) => void work.catch((error: unknown) => tellFailure(toasts, title, error)), [toasts]);

  const onCommand = useCallback(
    (session: string, command: TerminalCommand) => {
      const row = terminals.getState().sessions.get(session);
      const go = (step: 1 | -1) => {
        const next = neighbour(terminals.getState().layout[place] ?? NO_TABS, step);
        if (next !== null) handles.current.get(next)?.focus();
      };
      if (command === 'find') setFinding(session);
      else if (command === 'new') onNew();
      else if (command === 'close') doing(words.closeFailed, terminals.close(session));
      else if (command === 'next-pane') go(1);
      else if (command === 'previous-pane') go(-1);
      else if (row) doing(words.openFailed, terminals.open(place, row.target, { session, below: command === 'split-below' }));
    },
    [terminals, place, onNew, doing],
  );
  const onHandle = useCallback((session: string, handle: TerminalHandle | null) => {
    if (handle) handles.current.set(session, handle);
    else handles.current.delete(session);
  }, []);
  const onFocus = useCallback((session: string) => terminals.activate(session), [terminals]);

  const draw = (tree: PaneTree): ReactElement => {
    if ('session' in tree) {
      return (
        <Pane
          key={tree.session}
          session={tree.session}
          label={labels.get(tree.session) ?? words.label}
          active={tab?.active === tree.session}
          finding={finding === tree.session}
          onFindClose={() => setFinding('')}
          onHandle={onHandle}
          onCommand={onCommand}
          onFocus={onFocus}
        />
      );
    }
    return (
      <Split below={tree.below} second={draw(tree.second)} secondSize={50} small saved={undefined} onSaved={() => undefined}>
        {draw(tree.first)}
      </Split>
    );
  };

  const active = tab ? sessions.get(tab.active) : undefined;
  const stripTabs = strip.tabs.map(
    ({ id, tree }): StripTab => ({
      id,
      title: sessionsOf(tree)
        .map((session) => titles.get(session) ?? '')
        .join(' | '),
      ended: sessionsOf(tree).every((session) => sessions.get(session)?.state === 'ended'),
    }),
  );
  return (
    <div className={styles.workspace}>
      <div className={styles.bar}>
        {start}
        <SessionStrip
          tabs={stripTabs}
          active={tab?.id ?? ''}
          onSelect={(id) => terminals.activate(strip.tabs.find((one) => one.id === id)?.active ?? id)}
          onClose={(id) => {
            for (const session of sessionsOf(strip.tabs.find((one) => one.id === id)?.tree ?? { session: id })) {
              doing(words.closeFailed, terminals.close(session));
            }
          }}
        />
        <WorkspaceTools
          place={place}
          active={active}
          handle={() => (active ? handles.current.get(active.id) : undefined)}
          onNew={onNew}
          newActions={newActions}
          newDisabled={newDisabled}
          onCommand={onCommand}
        />
        {end}
      </div>
      {tab ? (
        <div key={tab.id} className={styles.panes} data-split={!('session' in tab.tree)}>
          {draw(tab.tree)}
        </div>
      ) : (
        empty
      )}
    </div>
  );
}

/** What tabs and terminals are called: in the panel, where several containers meet, with the container's name. */
function useNames(strip: TabStrip, place: TerminalPlace, sessions: ReadonlyMap<string, TerminalRow>) {
  const containers = useEngine((state) => state.containers);
  return useMemo(() => {
    const shown = strip.tabs.flatMap(({ tree }) => sessionsOf(tree));
    const nameOf = (session: string) => {
      const target = sessions.get(session)?.target;
      if (place !== PANEL || !target || target.kind === 'host') return '';
      return containers.get(target.id)?.name ?? target.id.slice(0, 12);
    };
    const titleOf = (session: string) => {
      const row = sessions.get(session);
      const name = nameOf(session);
      return row ? `${name}${name === '' ? '' : ': '}${targetTitle(row.target)}` : words.starting;
    };
    const labelOf = (session: string) => {
      const name = nameOf(session);
      return sessions.get(session)?.target.kind === 'host' ? words.host : name === '' ? words.label : words.of(name);
    };
    const named = (names: readonly string[]) => new Map(shown.map((session, index) => [session, names[index] ?? '']));
    return { titles: named(numbered(shown.map(titleOf))), labels: named(numbered(shown.map(labelOf))) };
  }, [strip, place, sessions, containers]);
}
