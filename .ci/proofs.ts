import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiBackends } from '../runtime/api/backends.ts';
import { apiRoutes } from '../runtime/api/routes.ts';
import { containerConfigSchema, hostConfigSchema } from '../runtime/formats/docker/container-config.ts';
import { readReport, pathOf as reportPath, root, VITEST, type VitestReport, vitestFile } from './reports.ts';

/**
 * Holds the table of the API to the truth: each route and each field of a container has a row, and each row that says "yes" names
 * tests that exist. With a directory of test reports as argument they must also have run and passed.
 */

interface Row {
  readonly names: readonly string[];
  readonly state: string;
  readonly proofs: readonly { readonly file: string; readonly title: string }[];
}

const TABLE = 'runtime/api/README.md';
const problems: string[] = [];

/** `| names | yes, partly or no | proofs or the reason |`; code spans of the first cell are the names, those of the last `file: title`. */
function readRows(): Row[] {
  const rows: Row[] = [];
  for (const line of readFileSync(join(root, TABLE), 'utf8').split('\n')) {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const [, first = '', state = '', last = ''] = cells;
    if (cells.length !== 5 || !/^(yes|partly|no)\b/.test(state)) continue;
    const spans = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map((match) => (match[1] ?? '').replaceAll('\\|', '|'));
    const proofs = spans(last).flatMap((span) => {
      const match = /^([a-z0-9./-]+): (.+)$/.exec(span);
      return match === null ? [] : [{ file: pathOf(match[1] ?? ''), title: match[2] ?? '' }];
    });
    rows.push({ names: spans(first), state, proofs });
  }
  return rows;
}

/** Files below the table's folder need no path. */
function pathOf(name: string): string {
  const near = `runtime/api/${name}.test.ts`;
  return existsSync(join(root, near)) ? near : `runtime/${name}.test.ts`;
}

/** A title may end or be broken by `*` where a table of cases fills it. */
function matcher(title: string): RegExp {
  const parts = title.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

function checkExists({ file, title }: Row['proofs'][number]): void {
  const path = join(root, file);
  if (!existsSync(path)) problems.push(`${file}: no such test file (${title})`);
  else if (!readFileSync(path, 'utf8').includes(title.split('*', 1)[0] ?? '')) problems.push(`${file}: no test "${title}"`);
}

function checkRan({ file, title }: Row['proofs'][number], results: ReadonlyMap<string, VitestReport['testResults'][number]['assertionResults']>): void {
  const wanted = matcher(title);
  const found = (results.get(file) ?? []).filter((result) => wanted.test(result.title));
  if (found.length === 0) problems.push(`${file}: "${title}" did not run`);
  for (const result of found) if (result.status !== 'passed') problems.push(`${file}: "${result.title}" is ${result.status}`);
}

function readReports(directory: string): Map<string, VitestReport['testResults'][number]['assertionResults']> {
  const results = new Map<string, VitestReport['testResults'][number]['assertionResults']>();
  for (const suite of VITEST) {
    if (!existsSync(reportPath(directory, suite))) continue;
    const { testResults } = readReport<VitestReport>(directory, suite);
    for (const { name, assertionResults } of testResults) results.set(vitestFile(name), assertionResults);
  }
  return results;
}

const rows = readRows();
if (rows.length === 0) problems.push(`${TABLE} has no rows`);
const named = new Set(rows.flatMap(({ names }) => names));
const routes = apiRoutes({} as ApiBackends).map(({ method, pattern }) => `${method} ${pattern}`);
const hostFields = Object.keys(hostConfigSchema.shape).map((field) => `HostConfig.${field}`);
for (const name of [...routes, ...Object.keys(containerConfigSchema.shape), ...hostFields]) {
  if (!named.has(name)) problems.push(`${TABLE} has no row for ${name}`);
}

const reports = process.argv[2];
const results = reports === undefined ? null : readReports(reports);
for (const { names, state, proofs } of rows) {
  if (state.startsWith('yes') && proofs.length === 0) problems.push(`${names.join(', ')}: "yes" without a test`);
  for (const proof of proofs) {
    checkExists(proof);
    if (results !== null) checkRan(proof, results);
  }
}

for (const problem of problems) console.log(`proofs: ${problem}`);
console.log(`proofs: ${rows.length} rows, ${rows.flatMap(({ proofs }) => proofs).length} named tests, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
