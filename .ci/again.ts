import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  linesOf,
  PLAYWRIGHT,
  type PlaywrightReport,
  pathOf,
  playwrightFile,
  playwrightResults,
  type Result,
  readReport,
  root,
  VITEST,
  type VitestReport,
  vitestFile,
  vitestResults,
} from './reports.ts';

/**
 * Runs the files of the few tests that failed a second time, alone: on a shared machine some process may be held for seconds. The whole
 * file's second outcome counts, so what is broken fails again; what failed once is told by name at the end. Where more tests failed, no
 * machine is to blame, and nothing is run again. The launcher under sanitizers has no second try: a report there is a fault at any rate.
 */
const MOST = 5;

const SCRIPTS = { unit: 'test:unit', linux: 'test:linux', e2e: 'e2e', measured: 'e2e:measured' } as const;

const directory = process.argv[2];
if (directory === undefined) throw new Error('usage: again.ts DIRECTORY');

type Suite = keyof typeof SCRIPTS;
interface Read {
  readonly failed: readonly Result[];
  /** Puts the second outcomes of files in place of the first ones. */
  readonly replace: (second: string, files: ReadonlySet<string>) => void;
}

function readVitest(suite: Suite): Read {
  const first = readReport<VitestReport>(directory ?? '', suite);
  return {
    failed: vitestResults(first).filter(({ state }) => state === 'failed'),
    replace: (second, files) => {
      const { testResults } = readReport<VitestReport>(directory ?? '', second);
      const isKept = ({ name }: { name: string }) => !files.has(vitestFile(name));
      first.testResults = [...first.testResults.filter(isKept), ...testResults];
      writeFileSync(pathOf(directory ?? '', suite), JSON.stringify(first));
    },
  };
}

function readPlaywright(suite: Suite): Read {
  const first = readReport<PlaywrightReport>(directory ?? '', suite);
  return {
    failed: playwrightResults(first).filter(({ state }) => state === 'failed'),
    replace: (second, files) => {
      const { suites } = readReport<PlaywrightReport>(directory ?? '', second);
      first.suites = [...first.suites.filter(({ file }) => !files.has(playwrightFile(file))), ...suites];
      writeFileSync(pathOf(directory ?? '', suite), JSON.stringify(first));
    },
  };
}

/** Null: it left no report, which no second run mends. */
function readSuite(suite: Suite): Read | null {
  if (!existsSync(pathOf(directory ?? '', suite))) return null;
  try {
    return (VITEST as readonly string[]).includes(suite) ? readVitest(suite) : readPlaywright(suite);
  } catch {
    return null;
  }
}

function runAgain(suite: Suite, { failed, replace }: Read): void {
  const files = new Set(failed.map(({ file }) => file));
  const second = `${suite}-again`;
  const out = pathOf(directory ?? '', second);
  const isVitest = (VITEST as readonly string[]).includes(suite);
  const reporters = isVitest
    ? ['--reporter=default', '--reporter=json', `--outputFile.json=${out}`]
    : ['--reporter=list,json', '--output', `e2e/results/${second}`];
  console.log(`== ${suite}, again: ${[...files].join(', ')}`);
  const env = { ...process.env, ...(!isVitest && { PLAYWRIGHT_JSON_OUTPUT_FILE: out }) };
  const { status } = spawnSync('npm', ['run', '-s', SCRIPTS[suite], '--', ...files, ...reporters], { cwd: root, env, stdio: 'inherit' });
  if (!existsSync(out)) return;
  replace(second, files);
  if (status !== 0) return;
  const others = linesOf(directory ?? '', 'failed-suites').filter((name) => name !== suite);
  writeFileSync(join(directory ?? '', 'failed-suites'), others.map((name) => `${name}\n`).join(''));
  for (const { file, title, project } of failed) {
    appendFileSync(join(directory ?? '', 'second-tries'), `${[file, title, project].filter(Boolean).join(': ')}\n`);
  }
}

const failing = [...VITEST, ...PLAYWRIGHT].flatMap((suite) => {
  const read = readSuite(suite);
  return read !== null && read.failed.length > 0 ? [{ suite, read }] : [];
});
const count = failing.reduce((sum, { read }) => sum + read.failed.length, 0);
if (count > MOST) console.log(`${count} tests failed: none is run again`);
else for (const { suite, read } of failing) runAgain(suite, read);
