import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal as Xterm } from '@xterm/xterm';
import { type ReactElement, useEffect, useRef } from 'react';
import styles from './terminal.module.css';
import { onThemeChange, terminalTheme } from './terminal-theme.ts';

export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}
/** What a session tells the screen. `onData` settles when the bytes are on it. */
export interface SessionHandlers {
  onData(data: Uint8Array): Promise<void>;
}
export interface Session {
  write(data: Uint8Array): void;
  resize(size: TerminalSize): void;
  close(): void;
}

/** What a find field can do. */
export interface TerminalFind {
  next(text: string): void;
  previous(text: string): void;
}

export interface TerminalProps {
  readonly label: string;
  /** Opens a session; called once, when the size is known. Its identity starts a new one. */
  readonly connect: (size: TerminalSize, handlers: SessionHandlers) => Session;
  readonly onFind?: (find: TerminalFind) => void;
}

/** Keys that belong to the app even while a terminal has the focus. */
const isAppKey = (event: KeyboardEvent): boolean => (event.ctrlKey || event.metaKey) && event.key === '`';

export function Terminal({ label, connect, onFind }: TerminalProps): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const latestFind = useRef(onFind);
  useEffect(() => {
    latestFind.current = onFind;
  }, [onFind]);

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const style = getComputedStyle(document.documentElement);
    const terminal = new Xterm({
      theme: terminalTheme(),
      fontFamily: style.getPropertyValue('--mono'),
      fontSize: 13,
      lineHeight: 1.25,
      cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      scrollback: 20_000,
      minimumContrastRatio: 4.5,
      macOptionIsMeta: true,
      screenReaderMode: false,
    });
    const fit = new FitAddon();
    const search = new SearchAddon();
    terminal.loadAddon(fit);
    terminal.loadAddon(search);
    // What a container prints is not trusted: a link opens only on purpose, and only to the web.
    terminal.loadAddon(
      new WebLinksAddon((event, uri) => {
        if ((event.ctrlKey || event.metaKey) && /^https?:\/\//.test(uri)) window.open(uri, '_blank', 'noopener,noreferrer');
      }),
    );
    terminal.open(element);
    terminal.textarea?.setAttribute('aria-label', label);
    terminal.attachCustomKeyEventHandler((event) => keyAllowed(event, terminal));
    latestFind.current?.({ next: (text) => search.findNext(text), previous: (text) => search.findPrevious(text) });

    const encoder = new TextEncoder();
    let session: Session | null = null;
    const resize = () => {
      if (element.clientWidth < 20 || element.clientHeight < 20) return;
      fit.fit();
      const size = { rows: terminal.rows, columns: terminal.cols };
      if (session) session.resize(size);
      else {
        session = connect(size, { onData: (data) => new Promise((resolve) => terminal.write(data, resolve)) });
        terminal.focus();
      }
    };
    const observer = new ResizeObserver(resize);
    // The cell is measured with the real font or not at all.
    void document.fonts.load('13px "JetBrains Mono Variable"').finally(() => observer.observe(element));
    const input = terminal.onData((text) => session?.write(encoder.encode(text)));
    const binary = terminal.onBinary((text) => session?.write(Uint8Array.from(text, (char) => char.charCodeAt(0))));
    const undoTheme = onThemeChange(() => {
      terminal.options.theme = terminalTheme();
    });
    return () => {
      observer.disconnect();
      undoTheme();
      input.dispose();
      binary.dispose();
      session?.close();
      terminal.dispose();
    };
  }, [connect, label]);

  return (
    <div className={styles.root} role="region" aria-label={label}>
      <div ref={host} className={styles.screen} />
    </div>
  );
}

/** Copy and paste as terminals do: Ctrl+Shift+C and V; Ctrl+C copies while something is selected. */
function keyAllowed(event: KeyboardEvent, terminal: Xterm): boolean {
  if (isAppKey(event)) return false;
  if (event.type !== 'keydown' || !event.ctrlKey) return true;
  const key = event.key.toLowerCase();
  if (key === 'v' && event.shiftKey) return false;
  if (key === 'c' && terminal.hasSelection()) {
    event.preventDefault();
    void navigator.clipboard.writeText(terminal.getSelection());
    terminal.clearSelection();
    return false;
  }
  return true;
}
