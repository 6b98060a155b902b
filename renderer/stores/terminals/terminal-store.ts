import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TerminalRow, TerminalTarget } from '../../../electron/ipc/contract/terminals.ts';
import type { OpenStream, Transport } from '../../engine/transport.ts';
import { readLayout, writeLayout } from './kept-layout.ts';
import { reconciled, type TerminalLayout, type TerminalPlace, withActive, withoutSession, withPane, withTab } from './layout.ts';

export interface TerminalsState {
  /** False: what sessions there are is not known yet. */
  readonly known: boolean;
  readonly sessions: ReadonlyMap<string, TerminalRow>;
  readonly layout: TerminalLayout;
}

/** Where a new session goes: a tab of its own, or beside or below another one. */
export type Beside = { readonly session: string; readonly below: boolean } | null;

export interface TerminalStore extends StoreApi<TerminalsState> {
  /** Begins to follow the sessions of the shell; idempotent. Nothing is asked for before a terminal is looked at. */
  follow(): void;
  open(place: TerminalPlace, target: TerminalTarget, beside?: Beside): Promise<string>;
  close(session: string): Promise<void>;
  restart(session: string): Promise<void>;
  activate(session: string): void;
  move(session: string, place: TerminalPlace): void;
  /** Shows it in a window of its own. */
  detach(session: string): Promise<void>;
  recall(session: string): Promise<void>;
}

/** Before the screen is measured; the session follows at once. */
const FIRST_SIZE = { rows: 24, columns: 80 };
const RETRY_MS = 1000;

/** Sessions live in the shell; this follows them and keeps how they are laid out, over reloads too. */
export function createTerminalStore(transport: Transport, storage: Storage): TerminalStore {
  const store = createStore<TerminalsState>(() => ({ known: false, sessions: new Map(), layout: readLayout(storage) }));
  let following: OpenStream<'terminals'> | null = null;
  let opening = 0;

  const setLayout = (change: (layout: TerminalLayout) => TerminalLayout) => {
    const before = store.getState().layout;
    const layout = change(before);
    if (layout === before) return;
    store.setState({ layout });
    writeLayout(storage, layout);
  };
  const settle = () => {
    const { known, sessions } = store.getState();
    // One that this window is opening gets its place from it.
    if (known && opening === 0) setLayout((layout) => reconciled(layout, [...sessions.values()]));
  };
  const follow = () => {
    following ??= transport.open(
      'terminals',
      {},
      {
        onData: ({ sessions }) => {
          store.setState({ known: true, sessions: new Map(sessions.map((row) => [row.id, row])) });
          settle();
        },
        onClose: () => {
          setTimeout(() => {
            following = null;
            follow();
          }, RETRY_MS);
        },
      },
    );
  };

  return Object.assign(store, {
    follow,
    async open(place: TerminalPlace, target: TerminalTarget, beside: Beside = null) {
      follow();
      opening++;
      try {
        const { session } = await transport.request('terminal.open', { target, ...FIRST_SIZE });
        setLayout((layout) => (beside ? withPane(layout, beside.session, session, beside.below) : withTab(layout, place, session)));
        return session;
      } finally {
        opening--;
      }
    },
    async close(session: string) {
      setLayout((layout) => withoutSession(layout, session));
      await transport.request('terminal.close', { session });
    },
    async restart(session: string) {
      await transport.request('terminal.restart', { session });
    },
    activate: (session: string) => setLayout((layout) => withActive(layout, session)),
    move: (session: string, place: TerminalPlace) => setLayout((layout) => withTab(layout, place, session)),
    async detach(session: string) {
      const { opened } = await transport.request('terminal.detach', { session });
      if (!opened) openWindow(session);
    },
    async recall(session: string) {
      await transport.request('terminal.recall', { session });
    },
  });
}

/**
 * Browser mode: a window of the same browser. It gets a copy of this window's session storage, and with it the token, which is in no address;
 * it has no further hold on this window.
 */
function openWindow(session: string): void {
  const opened = window.open(`${location.pathname}${location.search}#/terminal/${encodeURIComponent(session)}`, `terminal-${session}`, 'width=860,height=560');
  if (opened) opened.opener = null;
}
