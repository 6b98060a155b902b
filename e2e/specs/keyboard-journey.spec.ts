import type { FileChooser, Page } from '@playwright/test';
import { focusIsSeen } from '../fixtures/focus.ts';
import { busyboxArchive } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { ContainerDetailsPage } from '../pages/container-details-page.ts';

/** What has the focus, by name; `body` when nothing has it: the next key would go nowhere. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return 'body';
    const named = element.id === '' ? null : document.querySelector(`label[for="${CSS.escape(element.id)}"]`);
    return element.getAttribute('aria-label') ?? named?.textContent ?? element.textContent ?? '';
  });

/** Goes on with Tab until something of that name has the focus. */
async function tabTo(page: Page, name: RegExp, most = 30): Promise<void> {
  for (let step = 0; step < most; step++) {
    if (name.test(await focused(page))) {
      await focusIsSeen(page, String(name));
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${name}, but to ${await focused(page)}`);
}

test('from a fresh start to a cleaned-up engine without a mouse, the focus never lost', { tag: '@once' }, async ({ app, engine }) => {
  const { page } = app;
  const { keyboard } = page;
  const details = new ContainerDetailsPage(page);
  const kept = async (what: string) => {
    await expect.poll(() => focused(page), `something has the focus ${what}`).not.toBe('body');
  };
  const run = async (command: string) => {
    await keyboard.press('Control+k');
    await keyboard.type(command);
    await expect(page.getByRole('option', { name: command }).first()).toHaveAttribute('aria-selected', 'true');
    await keyboard.press('Enter');
  };

  await test.step('an image is loaded from the first screen', async () => {
    await details.engineIs('Running');
    await tabTo(page, /^Load an image archive$/);
    let chosen: FileChooser | undefined;
    page.on('filechooser', (chooser) => {
      chosen = chooser;
    });
    // The page learns that somebody listens a moment later.
    await expect(async () => {
      await keyboard.press('Enter');
      await expect.poll(() => chosen, { timeout: 2000 }).toBeDefined();
    }).toPass();
    await chosen?.setFiles(await busyboxArchive(engine, 'busybox.tar', 'busybox:1.35'));
    await expect(page.getByText('Loaded busybox:1.35')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Images' })).toContainText('1');
    await kept('once an image is loaded');
  });

  await test.step('a container is run', async () => {
    await keyboard.press('Control+Shift+R');
    const dialog = page.getByRole('dialog', { name: 'Run a container' });
    // There is one image: it stands in its field, and the next one has the focus.
    await expect(dialog.getByRole('combobox', { name: 'Image' })).toHaveValue('busybox:1.35');
    await tabTo(page, /^Name/);
    await keyboard.type('web');
    await tabTo(page, /^Command/);
    await keyboard.type(`sh -c 'echo hello; while :; do sleep 1; done'`);
    await keyboard.press('Enter');
    await expect(dialog).toHaveCount(0);
    await expect(details.row('web')).toContainText('Running');
    await kept('once a container runs');
  });

  await test.step('its log is read, a terminal used and left', async () => {
    await keyboard.press('l');
    await expect(details.log).toContainText('hello');
    await kept('beside a log');
    await keyboard.press('t');
    await details.terminalShows(/[#$]/);
    await kept('in a terminal');
    await keyboard.type('echo $((40 + 2)) typed\n', { delay: 5 });
    await details.terminalShows('42 typed');
    await keyboard.press('Control+Shift+L');
    await kept('outside of the terminal');
    await focusIsSeen(page, 'what a terminal is left to');
    await keyboard.press('Escape');
    await kept('with the details closed');
    await focusIsSeen(page, 'the list');
  });

  await test.step('it is stopped and removed', async () => {
    await keyboard.press('s');
    await expect(details.row('web')).toContainText(/Exited|Killed/, { timeout: 30_000 });
    await kept('once it has stopped');
    await keyboard.press('Delete');
    await expect(page.getByRole('dialog').getByRole('button', { name: /^Remove/ })).toBeFocused();
    await keyboard.press('Enter');
    await expect(details.row('web')).toHaveCount(0);
    await kept('once the last container is gone');
  });

  await test.step('what is left is cleaned up', async () => {
    await run('Clean up images');
    const dialog = page.getByRole('dialog', { name: 'Clean up images' });
    await expect(dialog.getByRole('combobox', { name: 'What to remove' })).toBeFocused();
    await keyboard.press('Enter');
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await expect(dialog.getByRole('combobox', { name: 'What to remove' })).toHaveText(/^All images/);
    // Tab passes over a button that waits for what it would free to be counted.
    await expect(dialog.getByRole('button', { name: /^Remove 1 image/ })).toBeEnabled();
    await tabTo(page, /^Remove 1 image/);
    await keyboard.press('Enter');
    await expect(dialog).toHaveCount(0);
    await kept('after a dialog');
    await keyboard.press('Control+2');
    await expect(page.getByText('No images yet')).toBeVisible();
    await kept('in a place that is empty');
  });
});
