import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Builds `build/slipway-launcher` unless sources, flags and compiler are those of the last build; with `--failpoints` the
 * program `build/slipway-launcher-failpoints`, which tests can make fail at any operation.
 * Where it cannot (not Linux, no C compiler) it says so and succeeds: the app still talks to engines elsewhere.
 */
const here = import.meta.dirname;
const hasFailpoints = process.argv.includes('--failpoints');
const output = join(here, 'build', hasFailpoints ? 'slipway-launcher-failpoints' : 'slipway-launcher');
const FLAGS = [
  ...(hasFailpoints ? ['-DSLIPWAY_FAILPOINTS'] : []),
  '-std=gnu11',
  '-D_GNU_SOURCE',
  '-O2',
  '-g0',
  '-fno-strict-aliasing',
  '-fstack-protector-strong',
  '-Wall',
  '-Wextra',
  '-Wshadow',
  '-Werror',
];
/** A position-independent static program where the C library has the start files for it, else a plain static one. */
const LINKS = [
  ['-static-pie', '-fPIE'],
  ['-static', '-no-pie'],
];

function note(text: string): void {
  console.log(`slipway launcher: ${text}`);
}

function compiler(): string | undefined {
  return [process.env['CC'], 'cc', 'gcc', 'clang'].find((name) => name !== undefined && name !== '' && spawnSync(name, ['--version']).status === 0);
}

function build(): number {
  if (process.platform !== 'linux') {
    note('not built: containers run natively on Linux only; use an engine in a VM or on another host');
    return 0;
  }
  const cc = compiler();
  if (cc === undefined) {
    note('not built: no C compiler found (cc, gcc or clang); install one, e.g. `apt-get install gcc libc6-dev`, and run `node runtime/launcher/build.ts`');
    return 0;
  }
  const files = [
    ...readdirSync(here)
      .filter((name) => /\.[ch]$/.test(name))
      .sort(),
    ...(hasFailpoints ? ['test/failpoint.c'] : []),
  ];
  const hash = createHash('sha256').update(JSON.stringify([FLAGS, LINKS, cc, process.arch]));
  for (const name of files) hash.update(name).update(readFileSync(join(here, name)));
  const stamp = hash.digest('hex');
  const stampFile = `${output}.stamp`;
  if (existsSync(output) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return 0;

  mkdirSync(join(here, 'build'), { recursive: true });
  const sources = files.filter((name) => name.endsWith('.c'));
  const temporary = `${output}.${process.pid}`;
  let complaint = '';
  for (const link of LINKS) {
    const run = spawnSync(cc, [...FLAGS, ...link, '-o', temporary, ...sources, '-s'], { cwd: here, encoding: 'utf8' });
    if (run.status === 0) {
      renameSync(temporary, output);
      writeFileSync(stampFile, stamp);
      note(`built with ${cc} ${link[0]}`);
      return 0;
    }
    complaint = run.stderr;
  }
  console.error(complaint);
  note(`not built: ${cc} failed (its words are above); a static C library is needed, e.g. libc6-dev or musl-dev`);
  return process.env['CI'] === undefined ? 0 : 1;
}

process.exitCode = build();
