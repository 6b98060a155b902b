import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** What vitest's JSON reporter leaves, as far as it is read. */
export interface VitestReport {
  testResults: {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly title: string; readonly status: string }[];
  }[];
}

interface PlaywrightSuite {
  readonly file: string;
  readonly suites?: readonly PlaywrightSuite[];
  readonly specs: readonly {
    readonly title: string;
    readonly tests: readonly { readonly projectName: string; readonly status: 'expected' | 'unexpected' | 'flaky' | 'skipped' }[];
  }[];
}

/** What Playwright's JSON reporter leaves, as far as it is read: a suite a file. */
export interface PlaywrightReport {
  readonly config: { readonly projects: readonly { readonly name: string }[] };
  suites: PlaywrightSuite[];
  readonly errors?: readonly unknown[];
}

export interface Result {
  /** Path from the project's folder. */
  readonly file: string;
  readonly title: string;
  /** Playwright's; empty for vitest. */
  readonly project: string;
  readonly state: 'passed' | 'failed' | 'skipped';
}

export const root = join(import.meta.dirname, '..');

/** Suites by the program that runs them. */
export const VITEST = ['unit', 'linux'] as const;
export const PLAYWRIGHT = ['e2e', 'measured'] as const;

export const pathOf = (directory: string, suite: string): string => join(directory, `${suite}.json`);

/** Throws what reading or parsing throws: a suite that died left no report, or half of one. */
export function readReport<T>(directory: string, suite: string): T {
  return JSON.parse(readFileSync(pathOf(directory, suite), 'utf8')) as T;
}

/** Lines of a file of the directory; none when it is not there. */
export function linesOf(directory: string, name: string): string[] {
  const path = join(directory, name);
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
}

export const vitestFile = (name: string): string => relative(root, name);
export const playwrightFile = (name: string): string => `e2e/specs/${name}`;

export function vitestResults({ testResults }: VitestReport): Result[] {
  return testResults.flatMap(({ name, status, assertionResults }) => {
    const file = vitestFile(name);
    const results = assertionResults.map(({ fullName, status: state }): Result => ({ file, title: fullName, project: '', state: vitestState(state) }));
    // A file that fails to load, or to clean up, has no failed test of its own.
    if (status === 'failed' && results.every(({ state }) => state !== 'failed'))
      results.push({ file, title: 'the file as a whole', project: '', state: 'failed' });
    return results;
  });
}

function vitestState(status: string): Result['state'] {
  return status === 'passed' || status === 'failed' ? status : 'skipped';
}

export function playwrightResults({ suites }: PlaywrightReport): Result[] {
  return suites.flatMap(resultsOf);
}

function resultsOf({ file, suites = [], specs }: PlaywrightSuite): Result[] {
  const own = specs.flatMap(({ title, tests }) =>
    tests.map(({ projectName, status }): Result => {
      const state = status === 'expected' ? 'passed' : status === 'skipped' ? 'skipped' : 'failed';
      return { file: playwrightFile(file), title, project: projectName, state };
    }),
  );
  return [...own, ...suites.flatMap(resultsOf)];
}
