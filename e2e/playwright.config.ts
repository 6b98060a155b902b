import { defineConfig } from '@playwright/test';

/** One worker: the specs share this machine's cgroups and its processors with the containers that they run. */
export default defineConfig({
  testDir: 'specs',
  outputDir: 'results/artifacts',
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: 'results/report.json' }]],
});
