import { readFile } from 'node:fs/promises';
import type { EngineClient } from '../../electron/engine/http-client.ts';
import { loadBusybox } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { LogsPage } from '../pages/logs-page.ts';

const IMAGE = 'busybox:1.35';
const LINES = 1_000_000;

/** Runs a script in a container of that name; answers when it has ended, unless it is to go on. */
async function run(client: EngineClient, name: string, script: string, goesOn = false): Promise<void> {
  const { Id } = (await client.json('POST', '/containers/create', {
    query: { name },
    json: { Image: IMAGE, Cmd: ['sh', '-c', script], HostConfig: { NetworkMode: 'none' } },
  })) as { Id: string };
  await client.json('POST', `/containers/${Id}/start`);
  if (!goesOn) await client.json('POST', `/containers/${Id}/wait`);
}

test('a log of 1,000,000 lines is shown, jumped in and searched at once, in a small heap', { tag: '@alone' }, async ({ app, engine }) => {
  test.slow();
  await loadBusybox(engine, IMAGE);
  const text = 'GET /api/orders/7f3a HTTP/1.1 200 17 ms worker 3 done in the cluster of it';
  await run(engine.client, 'million', `yes '${text}' | head -n ${LINES} | awk '{ print NR - 1, $0 (NR % 100000 ? "" : " TimedOut") }'; echo oops >&2`);
  const logs = new LogsPage(app.page);
  await expect(logs.row('million')).toBeVisible();
  const empty = await logs.heap();
  const figures: string[] = [];
  const measured = async (what: string, most: number, done: () => Promise<void>): Promise<void> => {
    const begun = Date.now();
    await done();
    const time = Date.now() - begun;
    figures.push(`${what} ${time} ms`);
    expect(time, what).toBeLessThan(most);
  };

  await measured('open and show the end', 5000, async () => {
    await logs.open('million');
    await logs.shows('oops');
  });
  await expect(app.page.getByText('1,000,001 lines')).toBeVisible();
  await measured('jump to line 500,000', 2000, async () => {
    await logs.scrollTo(0.5);
    await logs.shows('500010 GET');
  });
  await expect(logs.paused).toBeVisible();
  await measured('jump to the first line', 2000, async () => {
    await logs.log.focus();
    await app.page.keyboard.press('Home');
    await expect.poll(async () => (await logs.lines())[0]).toBe(`0 ${text}`);
  });

  await logs.field.fill('timedout');
  await measured('search', 4000, async () => {
    await logs.field.press('Enter');
    await expect(app.page.getByText('1 of 10', { exact: true })).toBeVisible();
  });
  figures.push((await app.page.getByText('1 of 10', { exact: true }).getAttribute('title')) ?? '');
  await logs.shows(/99999 GET.*TimedOut/);
  await expect(logs.log.locator('mark')).toHaveText(['TimedOut']);
  await logs.photograph('logs-million');
  await logs.field.press('Shift+Enter');
  await logs.shows(/999999 GET.*TimedOut/);
  await logs.toggle('Search for a regular expression');
  await logs.field.fill('^[1-3]99999 .*Out$');
  await expect(app.page.getByText('3', { exact: true })).toBeVisible();
  await logs.toggle('Show only lines that match');
  await expect.poll(() => logs.lines()).toEqual([1, 2, 3].map((part) => `${part}99999 ${text} TimedOut`));
  await app.page.getByRole('combobox', { name: 'Lines around each match' }).click();
  await app.page.getByRole('option', { name: '±2 lines' }).click();
  await expect
    .poll(async () => (await logs.lines()).map((line) => Number.parseInt(line, 10)))
    .toEqual([2, 3, 4].flatMap((part) => [-3, -2, -1, 0, 1].map((step) => part * 100_000 + step)));
  await logs.photograph('logs-filter');
  await logs.field.fill('');
  await logs.showOnly('Error output');
  await expect.poll(() => logs.lines()).toEqual(['oops']);

  const heap = await logs.heap();
  figures.push(`heap ${empty.toFixed(1)} MiB before, ${heap.toFixed(1)} MiB after`);
  console.log(`1,000,000 lines: ${figures.join('; ')}`);
  expect(heap).toBeLessThan(120);
});

test('the logs of several containers are one list by time, of which each can be hidden', { tag: '@once' }, async ({ app, engine }) => {
  await loadBusybox(engine, IMAGE);
  const logs = new LogsPage(app.page);
  for (const name of ['red', 'green', 'blue']) await run(engine.client, name, `for i in 1 2 3 4; do echo ${name} $i; sleep 0.15; done; exec sleep 1000`, true);
  // Before all rows are there, the next one moves what is clicked.
  for (const name of ['red', 'green', 'blue']) await expect(logs.row(name)).toBeVisible();
  for (const name of ['red', 'green', 'blue']) await logs.row(name).getByRole('checkbox').check();
  await app.page.getByRole('button', { name: 'Logs of 3 containers' }).click();
  await expect(app.page.getByRole('region', { name: /Logs of 3 containers/ })).toBeVisible();
  for (const name of ['red', 'green', 'blue']) {
    const own = async () => (await logs.lines()).filter((line) => line.startsWith(name));
    await expect.poll(own).toEqual([1, 2, 3, 4].map((step) => `${name} ${step}`));
  }
  const begin = async () => (await logs.lines()).slice(0, 6).map((line) => line.split(' ', 1)[0]);
  await expect.poll(async () => new Set(await begin()).size).toBeGreaterThan(1);
  await logs.photograph('logs-merged');
  await app.page.getByRole('group', { name: 'Containers in this list' }).getByRole('button', { name: 'green' }).click();
  await expect.poll(async () => (await logs.lines()).filter((line) => line.startsWith('green'))).toEqual([]);
  await logs.field.fill('blue');
  await logs.field.press('Enter');
  await expect(app.page.getByText('1 of 4')).toBeVisible();
});

test('Enter pressed again before the place of the first hit is known goes on, and a late answer moves nothing', { tag: '@once' }, async ({ app, engine }) => {
  await loadBusybox(engine, IMAGE);
  const logs = new LogsPage(app.page);
  for (const name of ['red', 'green']) await run(engine.client, name, `for i in 1 2 3; do echo ${name} $i; done`);
  const places = await logs.holdPlaces();
  for (const name of ['red', 'green']) await expect(logs.row(name)).toBeVisible();
  for (const name of ['red', 'green']) await logs.row(name).getByRole('checkbox').check();
  await app.page.getByRole('button', { name: 'Logs of 2 containers' }).click();
  await expect.poll(async () => (await logs.lines()).length).toBe(6);
  await logs.field.fill('red');
  await expect(app.page.getByRole('button', { name: 'Next match' })).toBeEnabled();
  for (const key of ['Enter', 'Enter', 'Enter']) await logs.field.press(key);
  await expect.poll(() => places.held()).toBe(3);
  places.release();
  await expect(app.page.getByText('3 of 3', { exact: true })).toBeVisible();
  await logs.field.press('Enter');
  await expect.poll(() => places.held()).toBe(1);
  await logs.field.fill('green');
  places.release();
  await logs.field.press('Enter');
  await expect.poll(() => places.held()).toBe(1);
  await expect(app.page.getByText(/^. of 3$/)).toHaveCount(0);
  places.release();
  await expect(app.page.getByText('1 of 3', { exact: true })).toBeVisible();
});

test('a log follows, is cleared, emptied on the disk, copied by lines, and goes on with another engine', async ({ app, engine }) => {
  await loadBusybox(engine, IMAGE);
  const logs = new LogsPage(app.page);
  await run(engine.client, 'ticking', 'i=0; while :; do i=$((i+1)); echo tick $i; sleep 0.1; done', true);
  await logs.open('ticking');
  await logs.shows('tick 3');
  await logs.choose('More actions for the log', 'Clear the view');
  await expect(logs.log.getByText('tick 1', { exact: true })).toHaveCount(0);
  await expect.poll(async () => (await logs.lines()).length).toBeGreaterThan(2);
  await logs.choose('More actions for the log', 'Show the whole log again');
  await logs.shows('tick 1');
  await app.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  // As soon as there is more than fits; before that the lines still move while one clicks.
  await expect(async () => {
    await logs.log.focus();
    await app.page.keyboard.press('Home');
    await expect(logs.paused).toBeVisible({ timeout: 500 });
    expect((await logs.lines())[0]).toBe('tick 1');
  }).toPass();
  const gutters = logs.log.locator('[data-gutter]');
  await gutters.nth(0).click();
  await gutters.nth(2).click({ modifiers: ['Shift'] });
  await logs.log.focus();
  await app.page.keyboard.press('Control+c');
  await expect(app.page.getByText('3 lines copied')).toBeVisible();
  expect(await app.page.evaluate(() => navigator.clipboard.readText())).toMatch(/^.+ tick 1\n.+ tick 2\n.+ tick 3\n$/);
  await app.page.keyboard.press('End');
  await expect(logs.paused).toHaveCount(0);
  await logs.choose('More actions for the log', 'Empty the log on the disk…');
  const dialog = app.page.getByRole('dialog', { name: 'Empty the log of ticking?' });
  await dialog.getByRole('button', { name: /^Empty log \([\d.]+\s.?B\)$/ }).click();
  await expect(app.page.getByText(/^[\d.]+\s.?B freed$/)).toBeVisible();
  await expect(async () => {
    await logs.log.focus();
    await app.page.keyboard.press('Home');
    expect(Number((await logs.lines())[0]?.slice(5))).toBeGreaterThan(5);
  }).toPass();
  await app.page.keyboard.press('End');
  await expect(logs.paused).toHaveCount(0);
  const last = await logs.lastTick();
  await engine.signal('SIGKILL');
  await engine.isBack();
  await logs.engineIs('Running');
  await expect.poll(async () => Number((await logs.lines()).at(-1)?.slice(5))).toBeGreaterThan(last + 5);
});

test('a hostile log stays text', { tag: '@once' }, async ({ app, engine }) => {
  await loadBusybox(engine, IMAGE);
  const logs = new LogsPage(app.page);
  const script = [
    String.raw`printf '\033]52;c;ZXZpbA==\007visible \033[31mred\033[0m\n'`,
    `echo '<img src=x onerror=alert(1)>'`,
    'head -c 3000000 /dev/zero | tr "\\0" y',
    'echo; head -c 2000 /dev/urandom; echo',
    `echo '{"level":"info","nested":{"a":[1,2]}} '`,
    'echo see https://example.invalid/a?b=1, ok',
    // Turns the text after it around; a space without width.
    String.raw`printf 'open \342\200\256gnp\342\200\213.exe\n'`,
    'head -c 700000 /dev/zero | tr "\\0" k; echo end',
    'printf half',
  ].join('; ');
  await run(engine.client, 'hostile', script);
  await logs.open('hostile');
  await logs.shows('half');
  // Three million letters without a newline are lines of 1 MiB each, none of 16 KiB.
  const letters = async (): Promise<readonly number[]> => (await logs.lines()).filter((line) => line.startsWith('yyyy')).map(({ length }) => length);
  // Lines of that length take the page seconds to lay out, and many where it is not alone on the machine.
  await expect.poll(async () => (await letters()).length, { timeout: 60_000 }).toBeGreaterThan(0);
  expect(Math.min(...(await letters()))).toBeGreaterThan(800_000);
  await logs.log.focus();
  await app.page.keyboard.press('Home');
  await logs.shows('visible red');
  await logs.shows('<img src=x onerror=alert(1)>');
  await expect(app.page.locator('[role=log] img')).toHaveCount(0);
  await app.page.keyboard.press('End');
  await logs.toggle('Show as formatted JSON');
  await logs.shows(/"nested": \{\s+"a": \[/);
  await logs.field.fill('gnp');
  await expect(logs.log.locator('mark')).toHaveText(['gnp']);
  const turned = logs.log.locator('[data-row]').filter({ hasText: 'gnp' });
  const numbers = () => turned.locator('[data-number]').evaluateAll((all) => all.map((one) => one.getAttribute('data-number')));
  await expect.poll(numbers).toEqual(['⟨U+202E⟩', '⟨U+200B⟩']);
  await expect(turned).toContainText('open \u202Egnp\u200B.exe');
  const places = await turned.evaluate((row) => {
    const at = (text: string): number => {
      const range = document.createRange();
      const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const from = walker.currentNode.nodeValue?.indexOf(text) ?? -1;
        if (from < 0) continue;
        range.setStart(walker.currentNode, from);
        range.setEnd(walker.currentNode, from + text.length);
        return range.getBoundingClientRect().left;
      }
      return Number.NaN;
    };
    return ['open', 'g', 'exe'].map(at);
  });
  expect(places, 'the text is not turned around').toEqual([...places].sort((left, right) => left - right));
  await app.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const copied = async (text: string): Promise<string> => {
    await logs.field.fill(text);
    await logs.field.press('Enter');
    await expect(app.page.getByText('1 of 1', { exact: true })).toBeVisible();
    await logs.log.focus();
    await app.page.keyboard.press('Shift+ArrowDown');
    await app.page.keyboard.press('Control+c');
    await expect.poll(() => app.page.evaluate(() => navigator.clipboard.readText())).toContain(text);
    return await app.page.evaluate(() => navigator.clipboard.readText());
  };
  expect(await copied('gnp')).toMatch(/ open \u202Egnp\u200B\.exe\n$/);
  expect(/ k+end\n$/.exec(await copied('kkkend'))?.[0].length).toBe(700_005);
  const [saved] = await Promise.all([app.page.waitForEvent('download'), logs.choose('More actions for the log', 'Download the log')]);
  const file = await readFile(await saved.path(), 'utf8');
  expect([file.match(/y{9,}/g)?.join('').length, /k+end\n/.exec(file)?.[0].length, file.includes('open \u202Egnp\u200B.exe\n')]).toEqual([
    3_000_000,
    700_004,
    true,
  ]);
  await logs.field.fill('see https');
  await logs.field.press('Enter');
  const link = logs.log.getByRole('link', { name: /example\.invalid/ }).first();
  await expect(app.page.getByText('1 of 1', { exact: true })).toBeVisible();
  // Without a key that is held the click does not get as far as opening a page.
  const isTaken = () => link.evaluate((one) => !one.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true })));
  await expect.poll(isTaken).toBe(true);
  expect(app.page.context().pages()).toHaveLength(1);
});
