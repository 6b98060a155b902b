import { defineConfig } from 'vitest/config';

const root = `${import.meta.dirname}/..`;

export default defineConfig({
  root,
  test: {
    projects: [
      {
        root,
        test: {
          name: 'unit',
          include: ['{runtime,electron,renderer,.config}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.linux.test.ts', '**/node_modules/**'],
          testTimeout: 30_000,
        },
      },
      {
        root,
        test: { name: 'linux', include: ['runtime/**/*.linux.test.ts'], fileParallelism: false, testTimeout: 60_000, hookTimeout: 120_000 },
      },
    ],
  },
});
