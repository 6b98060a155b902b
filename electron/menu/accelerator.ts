const KEYS: Readonly<Record<string, string>> = { Plus: 'Plus', Minus: '-', Del: 'Delete', Esc: 'Escape' };

/** Keys as settings write them (`Mod+Shift+F`) as the system's menus take them; undefined: no key, or one that would be taken from text. */
export function accelerator(keys: string): string | undefined {
  const parts = keys.split('+');
  const key = parts.pop() ?? '';
  // Without a modifier it writes something; the page knows when that is so, a menu does not.
  if (!parts.some((part) => part === 'Mod' || part === 'Ctrl' || part === 'Alt') && !/^F\d{1,2}$/.test(key)) return undefined;
  if (!/^(?:[\x21-\x7e]|[A-Z][A-Za-z]+|F\d{1,2})$/.test(key)) return undefined;
  return [...parts.map((part) => (part === 'Mod' ? 'CommandOrControl' : part)), KEYS[key] ?? key].join('+');
}
