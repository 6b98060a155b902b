import type { AppCommand, Commands, ObjectCommand } from './commands.ts';

/** Keys that the user chose, by the id of the command; empty: none. What is not in it keeps its default. */
export type Shortcuts = Readonly<Record<string, string>>;
type WithKeys = Pick<AppCommand, 'id' | 'keys'>;

export const keysOf = (command: WithKeys, chosen: Shortcuts): string | undefined => (chosen[command.id] ?? command.keys) || undefined;

const MODIFIERS = ['Mod', 'Ctrl', 'Alt', 'Shift'] as const;
const NAMED: Readonly<Record<string, string>> = {
  ' ': 'Space',
  '+': 'Plus',
  '=': 'Plus',
  '-': 'Minus',
  Delete: 'Del',
  Escape: 'Esc',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
};
const NAMES = /^(?:[\p{L}\p{N}\p{P}\p{S}]|F\d{1,2}|Space|Plus|Minus|Del|Backspace|Enter|Tab|Home|End|PageUp|PageDown|Insert|Up|Down|Left|Right|Esc)$/u;

interface Pressed {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/**
 * A key event as settings write it: `Mod+Shift+F`, `?`, `Alt+Left`; null: only a modifier, or one that belongs to the system.
 * With a modifier digits and the key left of 1 count by their place, as layouts put other signs there or wait for a second key.
 */
export function pressedKeys(event: Pressed, apple: boolean): string | null {
  const { key, code, altKey, shiftKey } = event;
  const mod = apple ? event.metaKey : event.ctrlKey;
  if (!apple && event.metaKey) return null;
  if (key === 'Control' || key === 'Shift' || key === 'Alt' || key === 'Meta' || key === 'AltGraph') return null;
  const digit = /^Digit(\d)$/.exec(code)?.[1];
  let name = NAMED[key] ?? (key.length === 1 ? key.toUpperCase() : key);
  if (mod && digit !== undefined && !shiftKey) name = digit;
  else if (mod && code === 'Backquote') name = '`';
  if (!NAMES.test(name)) return null;
  // Signs say by themselves whether Shift was held; which sign it makes is up to the layout.
  const shift = shiftKey && (name.length > 1 || /\p{L}/u.test(name)) && name !== 'Plus' && name !== 'Minus';
  const held = { Mod: mod, Ctrl: apple && event.ctrlKey, Alt: altKey, Shift: shift };
  return [...MODIFIERS.filter((modifier) => held[modifier]), name].join('+');
}

/** Whether `text` is how settings write keys: modifiers in their order, then one key. */
export function isKeys(text: string): boolean {
  const parts = text.split('+');
  const name = parts.pop() ?? '';
  const ranks = parts.map((part) => MODIFIERS.findIndex((modifier) => modifier === part));
  return NAMES.test(name) && ranks.every((rank, index) => rank >= 0 && rank > (ranks[index - 1] ?? -1));
}

/** Keys that lists, fields and dialogs use themselves; a command with them would never hear of them. */
const RESERVED = new Set([
  'Up',
  'Down',
  'Home',
  'End',
  'PageUp',
  'PageDown',
  'Enter',
  'Space',
  'Esc',
  'Tab',
  'Shift+Tab',
  'Mod+A',
  'Mod+C',
  'Mod+V',
  'Mod+X',
  'Mod+Z',
]);

export interface Conflict {
  readonly keys: string;
  /** Ids of the commands that want them; one alone: the keys belong to lists and fields. */
  readonly commands: readonly string[];
}

const placeOf = (command: AppCommand | ObjectCommand): string | null => command.place ?? null;

/**
 * Keys that more than one command wants where both could be meant: those of a place there, any other's everywhere.
 * Commands of one place whose defaults are the same share them on purpose.
 */
export function conflicts({ app, objects }: Pick<Commands, 'app' | 'objects'>, chosen: Shortcuts): readonly Conflict[] {
  const byKeys = new Map<string, (AppCommand | ObjectCommand)[]>();
  for (const command of [...app, ...objects]) {
    const keys = keysOf(command, chosen);
    if (keys !== undefined) byKeys.set(keys, [...(byKeys.get(keys) ?? []), command]);
  }
  return [...byKeys].flatMap(([keys, commands]) => {
    if (RESERVED.has(keys)) return [{ keys, commands: commands.map(({ id }) => id) }];
    const clashing = commands.filter((one) => commands.some((other) => one !== other && clash(one, other, chosen)));
    return clashing.length === 0 ? [] : [{ keys, commands: clashing.map(({ id }) => id) }];
  });
}

function clash(one: AppCommand | ObjectCommand, other: AppCommand | ObjectCommand, chosen: Shortcuts): boolean {
  const [here, there] = [placeOf(one), placeOf(other)];
  if (here !== null && there !== null && here !== there) return false;
  const shared = here !== null && here === there && one.keys === other.keys && chosen[one.id] === undefined && chosen[other.id] === undefined;
  return !shared;
}

/** Where a key was pressed: in a field or terminal the keys belong to what is written there, in a dialog to the dialog. */
export type Where = 'page' | 'field' | 'terminal' | 'dialog';

/** Text fields use these themselves. */
const EDITING = /^(?:Mod\+[ACVXZY]|Mod\+Shift\+[ZV]|(?:Mod\+|Alt\+)?(?:Shift\+)?(?:Left|Right|Up|Down|Backspace|Del|Home|End))$/;

/** Whether keys may reach a command of the application from there. A key that writes something never leaves a field. */
export function mayLeave(keys: string, where: Where, apple: boolean): boolean {
  const withMod = keys.startsWith('Mod+');
  if (where === 'page') return true;
  if (where === 'field') return withMod && !EDITING.test(keys);
  // Programs in a terminal get every key of Control; a Mac's command key is none of theirs.
  if (where === 'terminal') return keys === 'Mod+`' || (apple && withMod && !EDITING.test(keys));
  return false;
}
