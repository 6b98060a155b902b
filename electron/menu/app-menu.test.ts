import { describe, expect, it } from 'vitest';
import type { MenuCommand } from '../ipc/contract/app-commands.ts';
import { WORDS } from '../words/words.ts';
import { accelerator } from './accelerator.ts';
import { appMenu } from './app-menu.ts';

type Items = ReturnType<typeof appMenu>;
const COMMANDS: readonly MenuCommand[] = [
  { id: 'container.run', title: 'Run & go', keys: 'Mod+Shift+R', menu: 'file' },
  { id: 'zoom.in', title: 'Zoom in', keys: 'Mod+Plus', menu: 'view' },
  { id: 'go.settings', title: 'Go to Settings', keys: 'Mod+,', menu: 'go' },
  { id: 'go.images', title: 'Go to Images', keys: 'Mod+2', menu: 'go' },
  { id: 'update.check', title: 'Check for updates…', keys: '', menu: 'help' },
  { id: 'app.shortcuts', title: 'Keyboard shortcuts', keys: '?', menu: 'help' },
];
const ran: string[] = [];
const menuFor = (platform: string, commands = COMMANDS, packaged = true, language: keyof typeof WORDS = 'en') =>
  appMenu({ platform, packaged, words: WORDS[language], commands, run: (id) => ran.push(id) });
const labels = (items: Items) => items.map(({ label, type }) => label ?? type);
const inside = (items: Items, label: string) => (items.find((item) => item.label === label)?.submenu ?? []) as Items;
const roles = (items: Items): string[] => items.flatMap((item) => [...(item.role ? [item.role] : []), ...roles((item.submenu ?? []) as Items)]);

describe('appMenu', () => {
  it('has what a text field needs, under the roles that bring the keys', () => {
    expect(roles(menuFor('linux', []))).toEqual(
      expect.arrayContaining(['undo', 'redo', 'cut', 'copy', 'paste', 'selectAll', 'minimize', 'close', 'quit', 'about', 'togglefullscreen']),
    );
  });

  it('offers development only outside a package', () => {
    expect(roles(menuFor('linux', [], false))).toContain('toggleDevTools');
    expect(roles(menuFor('linux'))).not.toContain('toggleDevTools');
  });

  it('shows what the page can do under its headings, with its keys, and runs it in the page', () => {
    const menu = menuFor('linux');
    expect(labels(menu)).toEqual(['&File', '&Edit', '&View', '&Go', '&Window', '&Help']);
    expect(labels(inside(menu, '&File'))).toEqual(['Run && go', 'separator', 'Quit Slipway']);
    const [run] = inside(menu, '&File');
    expect(run).toMatchObject({ id: 'container.run', accelerator: 'CommandOrControl+Shift+R', registerAccelerator: false });
    (run?.click as () => void)();
    expect(ran).toEqual(['container.run']);
    expect(labels(inside(menu, '&Help'))).toEqual(['Check for updates…', 'Keyboard shortcuts', 'separator', 'About Slipway']);
    expect(inside(menu, '&Help')[1]).not.toHaveProperty('accelerator');
  });

  it('is as a Mac has it: an application menu with the settings, and closing under File', () => {
    const menu = menuFor('darwin');
    expect(labels(menu)).toEqual(['Slipway', '&File', '&Edit', '&View', '&Go', '&Window', '&Help']);
    expect(labels(inside(menu, 'Slipway'))).toEqual(
      expect.arrayContaining(['About Slipway', 'Check for updates…', 'Go to Settings', 'Hide Slipway', 'Quit Slipway']),
    );
    expect(labels(inside(menu, '&Help'))).toEqual(['Keyboard shortcuts']);
    expect(labels(inside(menu, '&Go'))).toEqual(['Go to Images']);
    expect(roles(inside(menu, '&File'))).toEqual(['close']);
    expect(roles(inside(menu, '&Window'))).toContain('front');
  });

  it('has no empty menu where no page is, and no line at an end', () => {
    for (const platform of ['linux', 'win32', 'darwin']) {
      const menu = menuFor(platform, []);
      expect(labels(menu)).not.toContain('&Go');
      for (const { submenu } of menu) expect([(submenu as Items)[0]?.type, (submenu as Items).at(-1)?.type]).not.toContain('separator');
    }
  });

  it('speaks the language of the user', () => {
    expect(labels(menuFor('linux', COMMANDS, true, 'de'))).toEqual(['&Datei', '&Bearbeiten', '&Ansicht', '&Gehe zu', '&Fenster', '&Hilfe']);
  });
});

it.each([
  ['Mod+K', 'CommandOrControl+K'],
  ['Mod+Shift+F', 'CommandOrControl+Shift+F'],
  ['Alt+Left', 'Alt+Left'],
  ['Mod+Plus', 'CommandOrControl+Plus'],
  ['Mod+Minus', 'CommandOrControl+-'],
  ['Mod+`', 'CommandOrControl+`'],
  ['F5', 'F5'],
  ['Mod+Del', 'CommandOrControl+Delete'],
  ['?', undefined],
  ['Shift+A', undefined],
  ['Mod+é', undefined],
  ['', undefined],
])('takes %j for %j', (keys, expected) => expect(accelerator(keys)).toBe(expected));
