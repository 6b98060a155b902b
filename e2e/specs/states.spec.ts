import { expect } from '@playwright/test';
import { test } from '../fixtures/test.ts';
import { BasePage } from '../pages/base-page.ts';

/** One state of a screen: what the engine of the page is told, and the words that must be seen. */
interface State {
  readonly query: string;
  readonly words: readonly (string | RegExp)[];
  /** A button that leads to it. */
  readonly behind?: string;
  /** The way on. */
  readonly button?: string;
  /** The screen is left and come back to first. */
  readonly revisited?: boolean;
  /** Rows of the list with its head. */
  readonly rows?: number;
}

const DOWN: State = {
  query: 'engine=failed',
  words: ['The engine is not running', 'Another engine (process 4127) uses /var/lib/slipway.'],
  button: 'Start the engine',
};
const STALE: State = { query: 'engine=stale&objects=14&flat', words: ['The engine does not answer. This is the last known state.'] };
const LONG: State = { query: 'objects=14&long=1', words: [] };
const REFUSED = 'database disk image is malformed (11)';
const UNREAD: State = { query: 'objects=14&refuse=feed', words: ['What the engine has could not be read', REFUSED], button: 'Try again' };
const loading = (held: string): State => ({ query: `objects=14&hold=${held}`, words: ['Loading'] });

const SCREENS: Readonly<Record<string, Readonly<Record<string, State>>>> = {
  containers: {
    loading: loading('feed'),
    failed: UNREAD,
    starting: { query: 'engine=starting', words: ['The engine is starting.', 'Starting'] },
    first: { query: 'objects=0', words: ['From nothing to a running container'], button: 'Start a first container' },
    empty: { query: 'objects=0', behind: 'Skip', words: ['No containers yet', /apart from the rest of this machine/], button: 'Load an image archive' },
    down: DOWN,
    stale: STALE,
    huge: { query: 'objects=10000&flat', words: [], rows: 10_001 },
    long: LONG,
  },
  images: {
    loading: loading('feed'),
    failed: UNREAD,
    empty: { query: 'objects=0', words: ['No images yet', /holds a program and everything it needs/], button: 'Load an image archive' },
    down: DOWN,
    stale: STALE,
    huge: { query: 'objects=10000', words: [], rows: 2001 },
    long: LONG,
  },
  volumes: {
    loading: loading('feed'),
    failed: UNREAD,
    empty: { query: 'objects=0', words: ['No volumes yet', /keeps files that outlive containers/], button: 'Create volume' },
    down: DOWN,
    stale: STALE,
    huge: { query: 'objects=10000', words: [], rows: 501 },
    long: LONG,
  },
  networks: {
    loading: loading('feed'),
    failed: UNREAD,
    bare: { query: 'objects=0', words: ['bridge', 'host', 'none'], button: 'Create network' },
    down: DOWN,
    stale: STALE,
    huge: { query: 'objects=10000', words: [] },
    long: LONG,
  },
  builds: {
    loading: loading('builds'),
    empty: { query: 'objects=0', words: ['No builds yet', /from a folder with a Dockerfile/], button: 'Build an image' },
    down: DOWN,
    stale: STALE,
    huge: { query: 'objects=10000', words: [], rows: 101 },
    long: LONG,
  },
  activity: {
    loading: loading('tasks'),
    empty: { query: 'objects=0', words: ['Nothing has happened yet'], button: 'Show images' },
    // The shell keeps the list: it is there without the engine.
    down: { query: 'engine=failed&objects=14', words: ['Pull postgres:17'] },
    huge: { query: 'objects=10000', words: [], rows: 204 },
    long: LONG,
  },
  registries: {
    loading: loading('registry.list'),
    failed: { query: 'refuse=registry.list', words: ['The registries could not be read', REFUSED], button: 'Try again' },
    down: { query: 'engine=failed', words: ['docker.io'] },
    empty: { query: 'objects=0', words: ['docker.io', 'no login'], button: 'Add registry', rows: 2 },
    some: { query: 'objects=14', words: ['docker.io'], button: 'Add registry' },
    stale: {
      query: 'objects=14&lapse=registry.list',
      revisited: true,
      words: ['docker.io', /The list is as it was last read.*malformed/],
      button: 'Try again',
    },
    huge: { query: 'objects=10000', words: [], rows: 1001 },
  },
  disk: {
    loading: { query: 'objects=14&hold=disk.usage', words: ['Measuring every file of the engine'] },
    empty: { query: 'objects=0', words: ['Nothing is kept yet', /show up here with what they take/] },
    failed: { query: 'objects=14&refuse=disk.usage', words: ['The disk could not be measured', REFUSED], button: 'Try again' },
    down: DOWN,
    stale: STALE,
    huge: { query: 'objects=10000', words: [/Slipway uses/] },
    long: LONG,
  },
  settings: {
    some: { query: 'objects=14', words: ['Settings'] },
    down: { query: 'engine=failed', words: ['Settings'] },
  },
  diagnostics: {
    some: { query: 'objects=14', words: ['Diagnostics'] },
    failed: { query: 'refuse=doctor.check', words: ['The checks did not run', REFUSED] },
  },
};

for (const [screen, states] of Object.entries(SCREENS)) {
  test(`each state of a screen has its words and its picture: ${screen}`, async ({ open }) => {
    for (const [name, { query, behind, words, button, rows, revisited }] of Object.entries(states)) {
      await test.step(name, async () => {
        const page = await open(query, `/${screen}`);
        const base = new BasePage(page);
        const main = page.getByRole('main');
        if (revisited) {
          await expect(base.grid).toBeVisible();
          await base.go('Images');
          await page.goBack();
        }
        if (behind !== undefined) await main.getByRole('button', { name: behind, exact: true }).click();
        for (const text of words) await expect(main.getByText(text).first()).toBeVisible();
        if (button !== undefined) await expect(main.getByRole('button', { name: button, exact: true }).first()).toBeEnabled();
        if (rows !== undefined) await expect(base.grid).toHaveAttribute('aria-rowcount', String(rows));
        // Nothing is cut by the window, however much there is or however long its names are.
        await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 'wider than the window').toBeLessThanOrEqual(0);
        await base.photograph(`state-${screen}-${name}`, name === 'huge' ? ['small', 'large'] : ['small']);
        await page.close();
      });
    }
  });
}
