import type { Terminal as Xterm } from '@xterm/xterm';

/** What keys may ask of who shows a terminal. */
export type TerminalCommand = 'find' | 'split-right' | 'split-below' | 'new' | 'next-pane' | 'previous-pane' | 'close';

/** With Ctrl and Shift, which no program in a terminal gets to see; by the place of the key, as Shift changes its letter. */
const COMMANDS: Readonly<Record<string, TerminalCommand | 'leave'>> = {
  KeyF: 'find',
  KeyE: 'split-right',
  KeyO: 'split-below',
  Enter: 'new',
  ArrowRight: 'next-pane',
  ArrowLeft: 'previous-pane',
  KeyX: 'close',
  KeyL: 'leave',
};

/** As the menus show them. */
export const TERMINAL_KEYS: Readonly<Record<TerminalCommand | 'leave', string>> = {
  find: 'Ctrl+Shift+F',
  'split-right': 'Ctrl+Shift+E',
  'split-below': 'Ctrl+Shift+O',
  new: 'Ctrl+Shift+Enter',
  'next-pane': 'Ctrl+Shift+→',
  'previous-pane': 'Ctrl+Shift+←',
  close: 'Ctrl+Shift+X',
  leave: 'Ctrl+Shift+L',
};

const commandOf = ({ ctrlKey, shiftKey, altKey, metaKey, code }: KeyboardEvent): TerminalCommand | 'leave' | null =>
  ctrlKey && shiftKey && !altKey && !metaKey ? (COMMANDS[code] ?? null) : null;

/** Keys that belong to the app even while a terminal has the focus. */
const isAppKey = (event: KeyboardEvent): boolean => (event.ctrlKey || event.metaKey) && event.key === '`';

/** To the tab that the terminal is in, or to the list: programs get Tab and Escape, so that nothing else leads out. */
function leave(terminal: Xterm): void {
  const tab = terminal.element?.closest('[role="tabpanel"]')?.getAttribute('aria-labelledby');
  const target = tab ? document.getElementById(tab) : document.querySelector<HTMLElement>('main :is([role="grid"], [role="treegrid"])');
  if (target) target.focus();
  else terminal.blur();
}

/** Copy and paste as terminals do: Ctrl+Shift+C and V; Ctrl+C copies while something is selected. False: the terminal takes no notice. */
export function keyAllowed(event: KeyboardEvent, terminal: Xterm, run: (command: TerminalCommand) => void): boolean {
  if (isAppKey(event)) return false;
  const command = commandOf(event);
  if (command !== null) {
    event.preventDefault();
    if (event.type === 'keydown' && command === 'leave') leave(terminal);
    else if (event.type === 'keydown' && command !== 'leave') run(command);
    return false;
  }
  if (event.type !== 'keydown' || !(event.ctrlKey || event.metaKey)) return true;
  const key = event.key.toLowerCase();
  // The browser pastes by itself.
  if (key === 'v' && (event.shiftKey || event.metaKey)) return false;
  if (key === 'c' && (event.shiftKey || terminal.hasSelection())) {
    event.preventDefault();
    copySelection(terminal);
    if (!event.shiftKey) terminal.clearSelection();
    return false;
  }
  return true;
}

export function copySelection(terminal: Xterm): void {
  // A page in the background may not write to the clipboard; the selection is still there to be copied.
  if (terminal.hasSelection()) navigator.clipboard.writeText(terminal.getSelection()).catch(() => undefined);
}
