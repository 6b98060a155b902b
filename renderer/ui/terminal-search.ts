import type { ISearchDecorationOptions, ISearchOptions, SearchAddon } from '@xterm/addon-search';

export interface SearchWish {
  readonly text: string;
  readonly regex: boolean;
  readonly caseSensitive: boolean;
}

/** `index` from 0; -1: none is current, or there are more than are counted. */
export interface SearchResult {
  readonly index: number;
  readonly count: number;
}

export interface TerminalSearch {
  next(wish: SearchWish): void;
  previous(wish: SearchWish): void;
  /** Takes the marks away. */
  clear(): void;
  /** Calls `listener` after each search and when the output has changed. Returns its undo. */
  subscribe(listener: (result: SearchResult) => void): () => void;
}

/** Finds in what a terminal shows and has kept. A pattern that is none finds nothing. */
export function terminalSearch(addon: SearchAddon, colours: () => ISearchDecorationOptions): TerminalSearch {
  const options = ({ regex, caseSensitive }: SearchWish): ISearchOptions => ({ regex, caseSensitive, decorations: colours() });
  let before = '';
  const find = (wish: SearchWish, run: (text: string, options: ISearchOptions) => boolean) => {
    if (wish.text === '' || (wish.regex && !isPattern(wish.text))) return addon.clearDecorations();
    // It counts anew for another text only.
    const kind = `${wish.regex} ${wish.caseSensitive}`;
    if (kind !== before) addon.clearDecorations();
    before = kind;
    run(wish.text, options(wish));
  };
  return {
    next: (wish) => find(wish, (text, how) => addon.findNext(text, how)),
    previous: (wish) => find(wish, (text, how) => addon.findPrevious(text, how)),
    clear: () => addon.clearDecorations(),
    subscribe: (listener) => {
      const undo = addon.onDidChangeResults(({ resultIndex, resultCount }) => listener({ index: resultIndex, count: resultCount }));
      return () => undo.dispose();
    },
  };
}

export function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
