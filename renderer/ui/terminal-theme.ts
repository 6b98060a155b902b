import type { ISearchDecorationOptions } from '@xterm/addon-search';
import type { ITheme } from '@xterm/xterm';
import { tokenColour } from './token-colour.ts';

const ANSI = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
  'brightBlack',
  'brightRed',
  'brightGreen',
  'brightYellow',
  'brightBlue',
  'brightMagenta',
  'brightCyan',
  'brightWhite',
] as const;

type Reader = (name: string, alpha?: number) => string;

/** Reads tokens as a terminal takes them: plain `#rrggbb`, as it does not know oklch. */
function tokenReader(): Reader {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return (name, alpha) => {
    if (!context) return '#808080';
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = tokenColour(name);
    context.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
    const parts = [red, green, blue, ...(alpha === undefined ? [] : [Math.round(alpha * 255)])];
    return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
  };
}

/** The terminal's colours in the theme of the moment. */
export function terminalTheme(): ITheme {
  const token = tokenReader();
  return {
    background: token('--surface-1'),
    foreground: token('--text'),
    cursor: token('--accent'),
    cursorAccent: token('--surface-1'),
    selectionBackground: token('--accent', 0.3),
    scrollbarSliderBackground: token('--text-faint', 0.3),
    scrollbarSliderHoverBackground: token('--text-faint', 0.5),
    scrollbarSliderActiveBackground: token('--text-faint', 0.6),
    ...Object.fromEntries(ANSI.map((name, index) => [name, token(`--ansi-${index}`)])),
  };
}

/** What marks all that was found, and the one of it that is current. */
export function searchColours(): ISearchDecorationOptions {
  const token = tokenReader();
  const find = token('--find');
  const current = token('--find-current');
  return { matchBackground: find, matchOverviewRuler: find, activeMatchBackground: current, activeMatchColorOverviewRuler: current };
}

/** Calls `listener` when the theme has changed. Returns its undo. */
export function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
