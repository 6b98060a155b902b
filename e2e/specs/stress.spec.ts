import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineClient } from '../../electron/engine/http-client.ts';
import { openInBrowser } from '../drivers/browser-driver.ts';
import { countingProxy } from '../fixtures/counting-proxy.ts';
import { loadManyImages } from '../fixtures/many-images.ts';
import { expect, test } from '../fixtures/test.ts';
import { LogsPage } from '../pages/logs-page.ts';
import { PageProbe, type Scrolling } from '../pages/page-probe.ts';
import { SearchProbe, type SearchTimes } from '../pages/search-probe.ts';

const [CONTAINERS, IMAGES, LINES] = [1000, 2000, 1_000_000];
const QUIET_MS = 4000;
const TEXT = 'GET /api/orders/7f3a HTTP/1.1 200 17 ms worker 3 done in the cluster of it';

/** What is typed, each time into a log of which the last search has found other lines, and what is then told. */
const SEARCHES = [
  ['timedout', '1 of 10'],
  ['it TimedOut', '1 of 10'],
  ['9 GET', '1 of 100,000'],
  ['200 17 ms', '1 of 1,000,000'],
  ['7999 GET', '1 of 100'],
] as const;

async function create(client: EngineClient, name: string, command: readonly string[]): Promise<string> {
  const json = { Image: 'many:0', Cmd: command, HostConfig: { NetworkMode: 'none' } };
  const { Id } = (await client.json('POST', '/containers/create', { query: { name }, json })) as { Id: string };
  return Id;
}

async function createMany(client: EngineClient): Promise<void> {
  const left = Array.from({ length: CONTAINERS }, (_, at) => `box-${at}`);
  const worker = async () => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) await create(client, name, ['sleep', '1000']);
  };
  await Promise.all(Array.from({ length: 6 }, worker));
}

interface Figure {
  readonly what: string;
  readonly measured: string;
  readonly budget: string;
}

test('1,000 containers, 2,000 images and a log of 1,000,000 lines: what the page costs', { tag: '@alone' }, async ({ engine }) => {
  test.slow();
  const figures: Figure[] = [];
  // What was measured is printed even when something fails.
  using _table = { [Symbol.dispose]: () => console.table(figures) };
  const note = (what: string, measured: string, budget = '') => figures.push({ what, measured, budget });
  const scrolling = (what: string, { frames, work, nodesPerRow, distance }: Scrolling): void => {
    note(`scrolling ${what}, a frame`, `median ${ms(frames[60])}, p95 ${ms(frames[114])}; the page worked ${ms(work)}`, '16.7 ms');
    note(`elements of a row of ${what}`, nodesPerRow.toFixed(1));
    expect(distance, `scrolled ${what}`).toBeGreaterThan(5000);
  };
  const ms = (time: number | null | undefined) => `${(time ?? Number.NaN).toFixed(1)} ms`;

  const begun = Date.now();
  await loadManyImages(engine, IMAGES);
  const million = await create(engine.client, 'million', [
    'sh',
    '-c',
    `yes '${TEXT}' | head -n ${LINES} | awk '{ print NR - 1, $0 (NR % 100000 ? "" : " TimedOut") }'; exec sleep 1000`,
  ]);
  await engine.client.json('POST', `/containers/${million}/start`);
  await createMany(engine.client);
  note('set-up', ms(Date.now() - begun));

  // What the shell asks of the engine by itself once a day, soon after its start, is nothing that the page costs.
  await mkdir(join(engine.home, 'config/slipway'), { recursive: true });
  await writeFile(join(engine.home, 'config/slipway/settings.json'), JSON.stringify({ imageChecks: 'never' }));
  await using proxy = await countingProxy(engine.location.socket, join(engine.home, 'counted.sock'));
  await using app = await openInBrowser({ home: engine.home, location: { ...engine.location, socket: proxy.socket } });
  const { page } = app;
  const probe = await PageProbe.install(page);
  const searches = await SearchProbe.install(page);
  const logs = new LogsPage(page);
  await logs.engineIs('Running');
  await logs.go('Containers');
  await expect(page.locator('[data-row]').first()).toBeVisible();

  await test.step('start', async () => {
    const fresh = await probe.start({ forget: true });
    const made = (fresh.made ?? 0) - (fresh.objects ?? 0);
    note('first row after the data, nothing known before', `${ms((fresh.row ?? 0) - (fresh.objects ?? 0))}: ${fresh.rows} rows made in ${ms(made)}`, '50 ms');
    // 800 pixels show 21 of them at most: the others come with the frames after it.
    expect(fresh.rows).toBeLessThan(24);
    expect(fresh.row, 'nothing was known before').toBeGreaterThan(fresh.objects ?? 0);
    note('interactive, nothing known before', ms(fresh.idle), '1000 ms');
    const again = await probe.start({ forget: false });
    note('first paint', ms(again.paint));
    note('first row, of the last known state', ms(again.row));
    note('interactive, with the last known state', ms(again.idle), '1000 ms');
    note('data of the engine there', ms(again.objects));
    expect(again.row, 'painted before the engine has answered').toBeLessThan(again.objects ?? 0);
    await expect(logs.grid).toHaveAttribute('aria-rowcount', String(CONTAINERS + 2));
    expect(await logs.grid.getByRole('row').count()).toBeLessThan(60);
  });

  await test.step('scroll', async () => {
    scrolling('1,000 containers', await probe.scroll('[role=grid], [role=treegrid]', 120, 120));
    expect(await logs.grid.getByRole('row').count()).toBeLessThan(60);
  });

  await test.step('one change', async () => {
    const painted: number[] = [];
    const from = proxy.requests.length;
    for (const turn of [1, 2, 3]) {
      const id = await page
        .locator('[data-row]')
        .nth(4 + turn)
        .getAttribute('data-row');
      const name = await page
        .locator('[data-row]')
        .nth(4 + turn)
        .getByRole('rowheader')
        .innerText();
      await probe.watchRows();
      await engine.client.json('POST', `/containers/${id}/rename`, { query: { name: `${name}-${turn}` } });
      await expect(logs.row(`${name}-${turn}`)).toBeVisible();
      painted.push((await probe.paintedRows()).length);
    }
    note('rows painted for one rename', painted.join(', '), '1');
    // Ages are told anew once a minute, which may fall into one of them.
    expect(Math.min(...painted)).toBe(1);
    expect(proxy.requests.slice(from)).toEqual([]);
  });

  await test.step('images', async () => {
    await logs.go('Images');
    await expect(logs.grid).toHaveAttribute('aria-rowcount', String(IMAGES + 1));
    scrolling('2,000 images', await probe.scroll('[role=grid]', 120, 120));
    const from = proxy.requests.length;
    await engine.client.json('POST', '/images/many:7/tag', { query: { repo: 'seventh', tag: '1' } });
    await page.getByRole('searchbox', { name: 'Filter images' }).fill('seventh');
    await expect(logs.row('seventh')).toBeVisible();
    const lists = proxy.requests.slice(from).filter((request) => /\/(?:containers|images)\/json/.test(request));
    expect(lists, 'lists asked for after one image changed').toEqual([]);
    await page.getByRole('searchbox', { name: 'Filter images' }).fill('');
  });

  await test.step('log', async () => {
    await logs.go('Containers');
    await page.getByRole('searchbox', { name: 'Filter containers' }).fill('million');
    await logs.open('million');
    await expect(page.getByText('1,000,000 lines')).toBeVisible({ timeout: 60_000 });
    await page.getByRole('searchbox', { name: 'Filter containers' }).fill('');
    await logs.scrollTo(0.5);
    await logs.shows('500010 GET');
    const times: SearchTimes[] = [];
    for (const [text, found] of SEARCHES) {
      const one = await searches.search(text, found);
      times.push(one);
      const { total, typing, engine: searching, transport, page: painting, work, messages, bytes } = one;
      const parts = `typing ${ms(typing)}, engine ${ms(searching)}, transport ${ms(transport)}, page ${ms(painting)}`;
      note(`search for “${text}”, until its hits are seen`, `${ms(total)}: ${parts}; the page worked ${ms(work)} for ${messages} messages of ${bytes} B`);
      expect(messages, 'answers in pieces of the log, not of its lines').toBeLessThan(40);
    }
    const totals = times.map(({ total }) => total).sort((a, b) => a - b);
    note('searches of the log', `median ${ms(totals[2])}, slowest ${ms(totals[4])}`, '300 ms');
    const heap = await logs.heap();
    note('heap with the lists and the log', `${heap.toFixed(1)} MiB`, '114.4 MiB');
    expect(heap).toBeLessThan(120e6 / 2 ** 20);
    scrolling('the log', await probe.scroll('[role=log]', 120, 120));
  });

  await test.step('idle and hidden', async () => {
    // Nothing is to wait for: that nothing happens in some seconds is what is proved.
    const idle = proxy.requests.length;
    await page.waitForTimeout(QUIET_MS);
    note(`requests of the engine, idle for ${QUIET_MS / 1000} s`, String(proxy.requests.length - idle), '0');
    note('connections to the engine while seen', String(proxy.open));
    const idleRequests = proxy.requests.slice(idle);
    expect((await probe.timers()).length, 'ages are told anew once a minute').toBeGreaterThan(0);
    await probe.hide(true);
    await expect.poll(() => probe.timers()).toEqual([]);
    const hidden = proxy.requests.length;
    await page.waitForTimeout(QUIET_MS);
    note(`requests of the engine, hidden for ${QUIET_MS / 1000} s`, String(proxy.requests.length - hidden), '0');
    note('timers while hidden', String((await probe.timers()).length), '0');
    note('connections to the engine while hidden', String(proxy.open));
    expect(idleRequests).toEqual([]);
    expect(proxy.requests.slice(hidden)).toEqual([]);
    expect(await probe.timers()).toEqual([]);
    await probe.hide(false);
    await page.getByRole('searchbox', { name: 'Filter containers' }).fill('seen');
    await engine.client.json('POST', `/containers/${million}/rename`, { query: { name: 'seen-again' } });
    await expect(logs.row('seen-again')).toBeVisible();
  });
});
