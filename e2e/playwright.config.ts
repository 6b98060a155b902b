import { defineConfig } from '@playwright/test';
import { onDesktop, onScreens } from './fixtures/specs.ts';
import type { DriverOption } from './fixtures/test.ts';

const ELECTRON = '**/electron.spec.ts';

/** One worker: the specs share this machine's cgroups and its processors with the containers that they run. */
export default defineConfig<DriverOption>({
  testDir: 'specs',
  globalTeardown: './fixtures/pictures.ts',
  outputDir: 'results/artifacts',
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  projects: [
    // Everything but what is about the desktop alone.
    { name: 'browser', testIgnore: [...onDesktop, ELECTRON], use: { driver: 'browser' } },
    // Tests that measure, or take no app, would say the same a second time.
    { name: 'stand-in', testMatch: [...onScreens, ...onDesktop], grepInvert: /@once/, use: { driver: 'stand-in' } },
    { name: 'electron', testMatch: ELECTRON },
  ],
  reporter: [['list'], ['json', { outputFile: 'results/report.json' }]],
});
