import { defineConfig } from '@playwright/test';
import { onDesktop, onScreens } from './fixtures/specs.ts';
import type { DriverOption } from './fixtures/test.ts';

const ELECTRON = '**/electron.spec.ts';

/** Tests that measure: `measured.config.ts` runs them, one by one. */
const alone = /@alone/;

/** Two workers: a test waits as much as it works, and has an engine, containers and folders of its own. */
export default defineConfig<DriverOption>({
  testDir: 'specs',
  globalTeardown: './fixtures/pictures.ts',
  outputDir: 'results/artifacts',
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  projects: [
    // Everything but what is about the desktop alone.
    { name: 'browser', testIgnore: [...onDesktop, ELECTRON], grepInvert: alone, use: { driver: 'browser' } },
    // Tests that measure, or take no app, would say the same a second time.
    { name: 'stand-in', testMatch: [...onScreens, ...onDesktop], grepInvert: [/@once/, alone], use: { driver: 'stand-in' } },
    { name: 'electron', testMatch: ELECTRON },
  ],
  reporter: [['list'], ['json', { outputFile: 'results/report.json' }]],
});
