import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal as Xterm } from '@xterm/xterm';
import { type ReactElement, useEffect, useRef } from 'react';
import { claimFocus } from './focus-claim.ts';
import { takeStylesAsObjects } from './styles-as-objects.ts';
import styles from './terminal.module.css';
import { isAnswer } from './terminal-answers.ts';
import { acceptDrops } from './terminal-drop.ts';
import { guardSequences } from './terminal-guard.ts';
import { copySelection, keyAllowed, type TerminalCommand } from './terminal-keys.ts';
import { type TerminalSearch, terminalSearch } from './terminal-search.ts';
import { onThemeChange, searchColours, terminalTheme } from './terminal-theme.ts';

takeStylesAsObjects(document);

export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}
/** What a session tells the screen. */
export interface SessionHandlers {
  /** Settles when the bytes are on the screen. */
  onData(data: Uint8Array): Promise<void>;
  /** Output that was on a screen before begins or ends: what it asks of the terminal was answered then. */
  onReplay(on: boolean): Promise<void>;
}
export interface Session {
  write(data: Uint8Array): void;
  resize(size: TerminalSize): void;
  close(): void;
}

/** What others may do with a terminal that is shown. */
export interface TerminalHandle {
  readonly search: TerminalSearch;
  focus(): void;
  clear(): void;
  copyAll(): void;
}

export interface TerminalProps {
  readonly label: string;
  /** Opens a session; called once, when the size is known. Its identity starts a new one. */
  readonly connect: (size: TerminalSize, handlers: SessionHandlers) => Session;
  /** Takes the focus when it is ready, if nobody went elsewhere meanwhile. */
  readonly focus?: boolean;
  readonly screenReader?: boolean;
  readonly onReady?: (handle: TerminalHandle | null) => void;
  /** A program wants this text on the clipboard. */
  readonly onClipboard?: (text: string) => void;
  readonly onCommand?: (command: TerminalCommand) => void;
  readonly onFocus?: () => void;
  readonly pathOf?: (file: File) => string;
}

/** What a container prints is not trusted: a link opens only on purpose, and only to the web. */
function openLink(event: MouseEvent, uri: string): void {
  if ((event.ctrlKey || event.metaKey) && /^https?:\/\//.test(uri)) window.open(uri, '_blank', 'noopener,noreferrer');
}

export function Terminal({ label, connect, screenReader = false, ...rest }: TerminalProps): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const shown = useRef<Xterm>(null);
  const latest = useRef(rest);
  const again = useRef(false);
  useEffect(() => {
    latest.current = rest;
  });

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
      // Marks of what was found are a part of the terminal's interface that may still change.
      allowProposedApi: true,
      linkHandler: { activate: openLink, allowNonHttpProtocols: false },
    });
    shown.current = terminal;
    // One that is connected again goes on with the focus if it had it, and is no reason to take it.
    const elsewhere = again.current && document.activeElement !== document.body;
    again.current = true;
    const mayFocus = claimFocus();
    const fit = new FitAddon();
    const search = new SearchAddon({ highlightLimit: 2000 });
    terminal.loadAddon(fit);
    terminal.loadAddon(search);
    terminal.loadAddon(new WebLinksAddon(openLink));
    guardSequences(terminal.parser, (text) => latest.current.onClipboard?.(text));
    terminal.open(element);
    terminal.attachCustomKeyEventHandler((event) => keyAllowed(event, terminal, (command) => latest.current.onCommand?.(command)));
    const focused = () => latest.current.onFocus?.();
    terminal.textarea?.addEventListener('focus', focused);

    const encoder = new TextEncoder();
    let session: Session | null = null;
    let replaying = false;
    /** Typed before there is a session. */
    const early: Uint8Array[] = [];
    const type = (data: Uint8Array): void => (session ? session.write(data) : void early.push(data));
    const write = (data: Uint8Array | string) => new Promise<void>((resolve) => terminal.write(data, resolve));
    const resize = () => {
      if (element.clientWidth < 20 || element.clientHeight < 20) return;
      fit.fit();
      const size = { rows: terminal.rows, columns: terminal.cols };
      if (session) return session.resize(size);
      session = connect(size, {
        onData: write,
        // In the order of the output before and after it.
        onReplay: (on) =>
          new Promise((resolve) =>
            terminal.write('', () => {
              replaying = on;
              resolve();
            }),
          ),
      });
      for (const data of early.splice(0)) session.write(data);
      if (latest.current.focus !== false && !elsewhere && mayFocus(element)) terminal.focus();
    };
    const observer = new ResizeObserver(resize);
    // The cell is measured with the real font or not at all.
    void document.fonts.load('13px "JetBrains Mono Variable"').finally(() => observer.observe(element));
    // Old output asks what was answered when it was new; who types meanwhile is heard.
    const input = terminal.onData((text) => (replaying && isAnswer(text)) || type(encoder.encode(text)));
    const binary = terminal.onBinary((text) => type(Uint8Array.from(text, (char) => char.charCodeAt(0))));
    const copy = () => copySelection(terminal);
    element.addEventListener('mouseup', copy);
    const undoDrops = acceptDrops(
      element,
      (file) => latest.current.pathOf?.(file) ?? file.name,
      (text) => {
        terminal.paste(text);
        terminal.focus();
      },
    );
    const undoTheme = onThemeChange(() => {
      terminal.options.theme = terminalTheme();
    });
    latest.current.onReady?.({
      search: terminalSearch(search, searchColours),
      focus: () => terminal.focus(),
      clear: () => terminal.clear(),
      copyAll: () => {
        terminal.selectAll();
        copySelection(terminal);
        terminal.clearSelection();
      },
    });
    return () => {
      latest.current.onReady?.(null);
      observer.disconnect();
      undoTheme();
      undoDrops();
      element.removeEventListener('mouseup', copy);
      input.dispose();
      binary.dispose();
      session?.close();
      shown.current = null;
      terminal.dispose();
    };
  }, [connect]);

  useEffect(() => {
    const terminal = shown.current;
    if (!terminal) return;
    terminal.textarea?.setAttribute('aria-label', label);
    if (terminal.options.screenReaderMode !== screenReader) terminal.options.screenReaderMode = screenReader;
  });

  return (
    <div className={styles.root} role="region" aria-label={label}>
      <div ref={host} className={styles.screen} />
    </div>
  );
}
