import { linesOf, PLAYWRIGHT, type PlaywrightReport, playwrightResults, type Result, readReport, VITEST, type VitestReport, vitestResults } from './reports.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const directory = process.argv[2];
if (directory === undefined) throw new Error('usage: count.ts DIRECTORY');
const total: Counts = { passed: 0, failed: 0, skipped: 0 };

function countsOf(results: readonly Result[]): Counts {
  const of = (wanted: Result['state']) => results.filter(({ state }) => state === wanted).length;
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') };
}

/** A report that is missing or cut counts as one failure: a suite that died must not look like one that passed. */
function report<T>(suite: string, count: (parsed: T) => Counts): void {
  let counts: Counts = { passed: 0, failed: 1, skipped: 0 };
  try {
    counts = count(readReport<T>(directory ?? '', suite));
  } catch (error) {
    console.log(`${suite}: no report: ${String(error)}`);
  }
  if (counts.failed === 0 && linesOf(directory ?? '', 'failed-suites').includes(suite)) counts.failed = 1;
  if (counts.passed === 0) counts.failed = Math.max(1, counts.failed);
  console.log(`${suite}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped.`);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}

function countOf(parsed: PlaywrightReport): Counts {
  const results = playwrightResults(parsed);
  const all: Counts = { passed: 0, failed: parsed.errors?.length ?? 0, skipped: 0 };
  for (const { name } of parsed.config.projects) {
    const counts = countsOf(results.filter(({ project }) => project === name));
    // Each way to bring up the app has to have proved something.
    if (counts.passed + counts.skipped === 0) counts.failed = Math.max(1, counts.failed);
    console.log(`e2e, ${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped.`);
    all.passed += counts.passed;
    all.failed += counts.failed;
    all.skipped += counts.skipped;
  }
  return all;
}

const steps = linesOf(directory, 'steps');
total.passed += steps.filter((line) => line.startsWith('passed')).length;
const failedSteps = steps.filter((line) => line.startsWith('failed'));
total.failed += failedSteps.length;
for (const line of failedSteps) console.log(line);

for (const suite of VITEST) report<VitestReport>(suite, (parsed) => countsOf(vitestResults(parsed)));
for (const suite of PLAYWRIGHT) report(suite, countOf);
for (const line of linesOf(directory, 'second-tries')) console.log(`failed at first, passed alone: ${line}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);
