import { expect, type Page } from '@playwright/test';
import { test } from '../fixtures/test.ts';
import { TerminalsPage } from '../pages/terminals-page.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A terminal whose `print TEXT` prints what a hostile container might. */
async function openTerminal(page: Page): Promise<TerminalsPage> {
  await page.getByRole('rowheader', { name: 'api', exact: true }).click();
  await page.getByRole('tab', { name: 'Terminal' }).click();
  const terminals = new TerminalsPage(page);
  await terminals.shows('root@');
  return terminals;
}
const print = (terminals: TerminalsPage, text: string) => terminals.type(`print ${JSON.stringify(text).slice(1, -1)}`);
/** Where a letter of a line is on the screen. */
async function cell(terminals: TerminalsPage, line: RegExp, column: number): Promise<{ readonly x: number; readonly y: number }> {
  const row = terminals.terminal().locator('.xterm-rows > div').filter({ hasText: line }).last();
  await expect(row).toBeVisible();
  const box = await row.boundingBox();
  if (!box) throw new Error('the line is not shown');
  return { x: box.x + 4 + column * 8, y: box.y + box.height / 2 };
}
const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

test('text for the clipboard is asked for, and read by nobody', async ({ open }) => {
  const page = await open('objects=14', '/containers');
  const terminals = await openTerminal(page);
  await page.evaluate(() => navigator.clipboard.writeText('mine'));
  await print(terminals, `\x1b]52;c;${base64('rm -rf /\nfrom the container')}\x07after`);
  const question = page.getByRole('status').filter({ hasText: 'wants to put 27 characters on the clipboard' });
  await expect(question).toContainText('rm -rf /\\nfrom the container');
  expect(await clipboard(page)).toBe('mine');
  await question.getByRole('button', { name: 'Ignore' }).click();
  await expect(question).toHaveCount(0);
  await print(terminals, `\x1b]52;c;${base64('wanted')}\x07`);
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect.poll(() => clipboard(page)).toBe('wanted');
  await print(terminals, '\x1b]52;c;?\x07end');
  await terminals.shows('end');
  // Once, in the line that was typed: an answer would be typed a second time.
  expect((await terminals.terminal().locator('.xterm-rows').innerText()).split(base64('wanted'))).toHaveLength(2);
});

test('titles, windows and files answer nothing and change nothing', async ({ open }) => {
  const page = await open('objects=14', '/containers');
  const terminals = await openTerminal(page);
  const title = await page.title();
  await print(terminals, '\x1b]2;reboot\x07\x1b[21t\x1b[20t\x1b[18t\x1b[8;1;1t\x1b]1337;File=inline=1:QUFB\x07\x1b[5i\x1bP+q544e\x1b\\\x1b]11;#ff0000\x07done');
  await terminals.shows('done');
  await print(terminals, 'second');
  await terminals.shows('second');
  const shown = await terminals.terminal().locator('.xterm-rows').innerText();
  expect(shown.replaceAll('\xa0', ' ')).not.toMatch(/^.*done.*(reboot|\[|QUFB|1;1t)/m);
  expect(await page.title()).toBe(title);
});

test('links open only with Ctrl, and only to the web', async ({ open }) => {
  const page = await open('objects=14', '/containers');
  const terminals = await openTerminal(page);
  await page.evaluate(() => {
    const opened: string[] = [];
    Object.assign(window, { opened });
    window.open = (url) => {
      opened.push(String(url));
      return null;
    };
  });
  const opened = () => page.evaluate(() => (window as unknown as { opened: string[] }).opened);
  await print(terminals, '\r\nhttps://example.org/page\r\n');
  const at = await cell(terminals, /^https:/, 5);
  await page.mouse.move(at.x, at.y);
  await page.mouse.click(at.x, at.y);
  expect(await opened()).toEqual([]);
  await page.keyboard.down('Control');
  await page.mouse.click(at.x, at.y);
  await page.keyboard.up('Control');
  await expect.poll(opened).toEqual(['https://example.org/page']);
});

test('what is selected is copied, and what is dropped is pasted as one word', async ({ open }) => {
  const page = await open('objects=14', '/containers');
  const terminals = await openTerminal(page);
  await page.evaluate(() => navigator.clipboard.writeText(''));
  const at = await cell(terminals, /docker-entrypoint/, 1);
  await page.mouse.dblclick(at.x, at.y);
  await expect.poll(() => clipboard(page)).toBe('bin');
  const files = await page.evaluateHandle(() => {
    const held = new DataTransfer();
    held.items.add(new File(['x'], "it's\nreboot"));
    return held;
  });
  for (const type of ['dragenter', 'dragover', 'drop']) await terminals.terminal().locator('.xterm-screen').dispatchEvent(type, { dataTransfer: files });
  await terminals.shows(`'it'\\''sreboot'`);
  await expect(page.getByText('Drop to load the image')).toHaveCount(0);
});

test('searching marks and counts what is found', async ({ open }) => {
  const page = await open('objects=14', '/containers');
  const terminals = await openTerminal(page);
  await page.keyboard.press('Control+Shift+F');
  await page.keyboard.type('b(in|oot)');
  await expect(page.getByText('No match')).toBeVisible();
  await page.getByRole('button', { name: 'Regular expression' }).click();
  await expect(page.getByText(/^\d of 2$/)).toBeVisible();
  await page.getByRole('searchbox', { name: 'Find in the terminal' }).fill('b(');
  await expect(page.getByText('Not a regular expression')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.type('typed again');
  await terminals.shows('typed again');
});

test('a screen reader gets the output as a list', async ({ open }) => {
  const page = await open('objects=14', '/containers');
  const terminals = await openTerminal(page);
  await terminals.choose('More actions', 'Screen reader mode');
  await expect(terminals.terminal().getByRole('list')).toContainText('docker-entrypoint.sh');
  await terminals.choose('More actions', 'Screen reader mode');
  await expect(terminals.terminal().getByRole('list')).toHaveCount(0);
});
