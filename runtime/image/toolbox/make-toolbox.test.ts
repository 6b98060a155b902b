import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineError } from '../../base/errors.ts';
import type { ImageService } from '../image-service.ts';
import { HOST_FILES, type HostFiles } from './host-files.ts';
import { stampOf } from './host-stamp.ts';
import { type HostQuestion, inspectHost } from './inspect-host.ts';
import { toolboxMaker } from './make-toolbox.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-toolbox-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('whether files are as they were', () => {
  const paths = () => ['program', 'link', 'absent'].map((name) => join(directory, name));
  const program = () => join(directory, 'program');
  beforeEach(() => {
    writeFileSync(program(), 'one');
    symlinkSync('program', join(directory, 'link'));
  });

  it('they are, as long as nobody touches them', () => expect(stampOf(paths())).toBe(stampOf(paths())));

  it.each<[string, () => void]>([
    ['longer', () => writeFileSync(program(), 'longer')],
    [
      'another of the same size and time',
      () => {
        const time = new Date(1_700_000_000_000);
        rmSync(program());
        writeFileSync(program(), 'two');
        utimesSync(program(), time, time);
      },
    ],
    ['gone', () => rmSync(program())],
    ['there where none was', () => writeFileSync(join(directory, 'absent'), '')],
    [
      'behind another link',
      () => {
        rmSync(join(directory, 'link'));
        symlinkSync('/', join(directory, 'link'));
      },
    ],
  ])('not when one is %s', (_, change) => {
    const time = new Date(1_700_000_000_000);
    utimesSync(program(), time, time);
    const before = stampOf(paths());
    change();
    expect(stampOf(paths())).not.toBe(before);
  });
});

/** A machine whose files are below a directory; how often one was read is counted. */
function machine(root: string): { readonly files: HostFiles; readonly reads: () => number } {
  let reads = 0;
  const files: HostFiles = {
    resolve: (path) => HOST_FILES.resolve(path.startsWith(root) ? path : root + path),
    linkOf: (path) => HOST_FILES.linkOf(root + path),
    read: (path) => {
      reads++;
      return HOST_FILES.read(path.startsWith(root) ? path : root + path);
    },
  };
  return { files, reads: () => reads };
}

it('reads everything once, and again when something has changed', async () => {
  mkdirSync(join(directory, 'etc/ssl/certs'), { recursive: true });
  const file = join(directory, 'etc/ssl/certs/ca-certificates.crt');
  writeFileSync(file, 'one');
  const { files, reads } = machine(directory);
  const questions: HostQuestion[] = [];
  const made: string[] = [];
  const images = {
    inspect: (): never => {
      throw new EngineError('NotFound', 'No such image');
    },
    importRootfs: (...[, options]: Parameters<ImageService['importRootfs']>) => {
      made.push(options.config?.Labels?.['io.slipway.toolbox'] ?? '');
      return Promise.reject(new EngineError('Canceled', 'far enough'));
    },
    remove: () => Promise.resolve([]),
  };
  const make = toolboxMaker(images, async (question) => {
    questions.push(question);
    const found = await inspectHost(files, question);
    // Below its root the paths are others than the ones asked for.
    const paths = [file];
    return found && { ...found, paths, stamp: stampOf(paths) };
  });
  const again = () => make(new AbortController().signal).catch(() => undefined);
  await again();
  const first = reads();
  await again();
  expect([reads(), questions.map(({ known }) => known !== null), made[0] === made[1]]).toEqual([first, [false, true], true]);
  writeFileSync(file, 'other');
  await again();
  expect([reads() > first, made[2] === made[0]]).toEqual([true, false]);
});
