import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const root = `${import.meta.dirname}/..`;
/** Of a small machine's processors none stays idle; who runs tests on a large one keeps one. */
const maxWorkers = Math.max(2, availableParallelism() - 1);

/** Kernel tests that measure time or memory of the whole: nothing else runs beside them. */
const MEASURED = [
  'runtime/daemon.linux.test.ts',
  'runtime/api/{chatter,image-work,toolbox}.linux.test.ts',
  'runtime/container/faults/pressure.linux.test.ts',
  'runtime/volume/volume-threads.linux.test.ts',
];
/** What a poll waits for may come late where others work: its limit is there for what never comes. */
const patient = { expect: { poll: { timeout: 20_000 } } };
const kernel = { ...patient, testTimeout: 60_000, hookTimeout: 120_000 };

export default defineConfig({
  root,
  test: {
    projects: [
      {
        root,
        test: {
          ...patient,
          name: 'unit',
          include: ['{runtime,electron,renderer,.config}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.linux.test.ts', '**/node_modules/**'],
          testTimeout: 30_000,
          maxWorkers,
        },
      },
      {
        root,
        // Two at once: they wait more than they work, and look only at what bears the names of their own.
        test: { ...kernel, name: 'linux', include: ['{runtime,electron}/**/*.linux.test.ts'], exclude: MEASURED, maxWorkers: 2, sequence: { groupOrder: 1 } },
      },
      { root, test: { ...kernel, name: 'measured', include: MEASURED, fileParallelism: false, sequence: { groupOrder: 2 } } },
    ],
  },
});
