import { expect, it } from 'vitest';
import { appMenu } from './app-menu.ts';

type Items = ReturnType<typeof appMenu>;
const roles = (items: Items): string[] => items.flatMap((item) => [...(item.role ? [item.role] : []), ...roles((item.submenu ?? []) as Items)]);

it('has what a text field needs, under the roles that bring the keys', () => {
  expect(roles(appMenu('linux', true))).toEqual(
    expect.arrayContaining(['undo', 'cut', 'copy', 'paste', 'selectAll', 'zoomIn', 'zoomOut', 'resetZoom', 'minimize', 'close', 'quit']),
  );
});

it('offers development only outside a package', () => {
  expect(roles(appMenu('linux', false))).toContain('toggleDevTools');
  expect(roles(appMenu('linux', true))).not.toContain('toggleDevTools');
});
