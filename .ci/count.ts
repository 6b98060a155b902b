import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}
interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numFailedTestSuites: number;
  numPendingTests: number;
  numTodoTests: number;
}
interface PlaywrightSuite {
  suites?: PlaywrightSuite[];
  specs: { tests: { projectName: string; status: 'expected' | 'unexpected' | 'flaky' | 'skipped' }[] }[];
}
interface PlaywrightReport {
  config: { projects: { name: string }[] };
  suites: PlaywrightSuite[];
  errors?: unknown[];
}

const directory = process.argv[2];
if (directory === undefined) throw new Error('usage: count.ts DIRECTORY');
const total: Counts = { passed: 0, failed: 0, skipped: 0 };

function lines(name: string): string[] {
  const path = join(directory ?? '', name);
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
}

/** A report that is missing or cut counts as one failure: a suite that died must not look like one that passed. */
function report<T>(suite: string, count: (parsed: T) => Counts): void {
  let counts: Counts = { passed: 0, failed: 1, skipped: 0 };
  try {
    counts = count(JSON.parse(readFileSync(join(directory ?? '', `${suite}.json`), 'utf8')) as T);
  } catch (error) {
    console.log(`${suite}: no report: ${String(error)}`);
  }
  if (counts.failed === 0 && lines('failed-suites').includes(suite)) counts.failed = 1;
  if (counts.passed === 0) counts.failed = Math.max(1, counts.failed);
  console.log(`${suite}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped.`);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}

function testsOf({ suites = [], specs }: PlaywrightSuite): PlaywrightSuite['specs'][number]['tests'] {
  return [...suites.flatMap(testsOf), ...specs.flatMap(({ tests }) => tests)];
}

function countOf({ config, suites, errors }: PlaywrightReport): Counts {
  const tests = suites.flatMap(testsOf);
  const all: Counts = { passed: 0, failed: errors?.length ?? 0, skipped: 0 };
  // Each way to bring up the app has to have proved something.
  for (const { name } of config.projects) {
    const has = (...wanted: readonly string[]) => tests.filter(({ projectName, status }) => projectName === name && wanted.includes(status)).length;
    const passed = has('expected');
    const skipped = has('skipped');
    const failed = Math.max(has('unexpected', 'flaky'), passed + skipped === 0 ? 1 : 0);
    console.log(`e2e, ${name}: ${passed} passed, ${failed} failed, ${skipped} skipped.`);
    all.passed += passed;
    all.failed += failed;
    all.skipped += skipped;
  }
  return all;
}

const steps = lines('steps');
total.passed += steps.filter((line) => line.startsWith('passed')).length;
const failedSteps = steps.filter((line) => line.startsWith('failed'));
total.failed += failedSteps.length;
for (const line of failedSteps) console.log(line);

for (const suite of ['unit', 'linux']) {
  report<VitestReport>(suite, (parsed) => ({
    passed: parsed.numPassedTests,
    // A file that fails to load has no failed test of its own.
    failed: Math.max(parsed.numFailedTests, parsed.numFailedTestSuites > 0 ? 1 : 0),
    skipped: parsed.numPendingTests + parsed.numTodoTests,
  }));
}
for (const suite of ['e2e', 'measured']) report(suite, countOf);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);
