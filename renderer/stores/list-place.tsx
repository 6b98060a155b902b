import { type ReactElement, type ReactNode, type RefObject, useCallback, useEffect, useRef } from 'react';
import { flushSync } from 'react-dom';
import { useLocation } from 'wouter';
import { focusMain } from '../ui/focus-main.ts';
import { useMedia } from '../ui/media.ts';
import { Split } from '../ui/split.tsx';
import { useUi, useUiState } from './services.tsx';
import { NOTHING_SELECTED, type Place } from './ui-store.ts';

export interface DetailsPlacement {
  readonly page: boolean;
  readonly below: boolean;
  readonly onDock: (below: boolean) => void;
  readonly onClose: () => void;
}

/** What a list with details beside it does the same way for every kind of object: the address, the keys, the split. */
export interface ListPlace {
  /** The row under the keyboard; while details are open, theirs. */
  readonly active: string | null;
  readonly filterRef: RefObject<HTMLInputElement | null>;
  readonly placement: DetailsPlacement;
  /** Moves the active row; details that are open follow. */
  readonly onActive: (id: string) => void;
  readonly open: (id: string, tab: string) => void;
  readonly close: () => void;
  readonly focusList: () => void;
}

const isBusyElsewhere = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, [contenteditable], .xterm, [role="dialog"], [role="menu"], [role="listbox"]') !== null;

const MOVES = /^(ArrowUp|ArrowDown|Page|Home|End)/;

/** Nothing has the focus at a start and after a click beside everything: keys that move mean the list then. */
function handToList(event: KeyboardEvent): void {
  const main = document.querySelector('main');
  // What is open above the place has only lost the focus.
  if (!main || main.closest('[aria-hidden="true"]')) return;
  focusMain();
  if (!main.contains(document.activeElement)) return;
  event.preventDefault();
  document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: event.key, bubbles: true, cancelable: true }));
}

/** `present` tells whether an object still exists; what is gone is not selected any more. */
export function useListPlace(place: Place, id: string | null, present: ReadonlyMap<string, unknown>): ListPlace {
  const ui = useUi();
  const [, navigate] = useLocation();
  const path = `/${place}`;
  const filterRef = useRef<HTMLInputElement>(null);
  const cursor = useUiState((state) => state.cursor[place]);
  const narrow = useMedia('(max-width: 999px)');
  const wide = useMedia('(min-width: 1600px)');
  const dock = useUiState((state) => state.dock);
  const below = dock === 'below' || (dock === 'auto' && !wide);

  const open = useCallback(
    (target: string, tab: string) => {
      ui.setTab(place, tab);
      ui.setCursor(place, target);
      navigate(`${path}/${target}`);
    },
    [ui, place, path, navigate],
  );
  const close = useCallback(() => {
    // In one go: the next key is meant for the list, or puts the focus elsewhere, from where no later frame is to call it back.
    flushSync(() => {
      ui.setCursor(place, id);
      navigate(path);
    });
    focusMain();
  }, [ui, place, id, path, navigate]);

  useEffect(() => {
    const keyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isBusyElsewhere(event.target)) return;
      if (event.target === document.body && !event.shiftKey && MOVES.test(event.key)) handToList(event);
      else if (event.key === 'Escape') {
        if (ui.getState().selected[place].size > 0) ui.select(place, NOTHING_SELECTED);
        else if (id !== null) close();
      }
    };
    window.addEventListener('keydown', keyDown);
    return () => window.removeEventListener('keydown', keyDown);
  }, [ui, place, id, close]);

  useEffect(() => {
    const held = ui.getState().selected[place];
    const kept = new Set([...held].filter((one) => present.has(one)));
    if (kept.size < held.size) ui.select(place, kept);
  }, [ui, place, present]);

  return {
    active: id ?? cursor,
    filterRef,
    placement: { page: narrow, below, onDock: (next) => ui.setState({ dock: next ? 'below' : 'right' }), onClose: close },
    onActive: (target) => {
      ui.setCursor(place, target);
      if (id !== null) navigate(`${path}/${target}`, { replace: true });
    },
    open,
    close,
    focusList: focusMain,
  };
}

/** The list, and the details beside it; in a narrow window the details alone. */
export function ListWithDetails({
  place,
  placement,
  details,
  children,
}: {
  readonly place: Place;
  readonly placement: DetailsPlacement;
  /** Null: closed. */
  readonly details: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  const ui = useUi();
  const name = `${place}-${placement.below ? 'below' : 'right'}`;
  const saved = useUiState((state) => state.splits[name]);
  if (placement.page && details !== null) return <>{details}</>;
  return (
    <Split below={placement.below} second={details} secondSize={placement.below ? 52 : 46} saved={saved} onSaved={(layout) => ui.setSplit(name, layout)}>
      {children}
    </Split>
  );
}
