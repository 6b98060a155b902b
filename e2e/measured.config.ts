import { defineConfig } from '@playwright/test';
import config from './playwright.config.ts';

/** What measures, with nothing beside it. */
export default defineConfig({
  ...config,
  outputDir: 'results/measured',
  workers: 1,
  projects: [{ name: 'measured', grep: /@alone/ }],
});
