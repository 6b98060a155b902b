import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBody, parseEnvFile, type RunFlags } from './run-options.ts';

const none: RunFlags = { env: [], envFile: [], volume: [], label: [], capAdd: [], capDrop: [] };
const body = (flags: Partial<RunFlags>, command: string[] = []): object => createBody('busybox', command, { ...none, ...flags }, { HOME: '/root', EMPTY: '' });

describe('options of run', () => {
  it('become the create request', () => {
    const options = {
      memory: '10m',
      cpus: '1.5',
      pidsLimit: '20',
      user: '1:2',
      workdir: '/w',
      network: 'none',
      rm: true,
      interactive: true,
      tty: true,
      label: ['a=b=c', 'd'],
    };
    expect(body(options, ['sh', '-c', 'x'])).toMatchObject({
      Image: 'busybox',
      Cmd: ['sh', '-c', 'x'],
      User: '1:2',
      WorkingDir: '/w',
      Labels: { a: 'b=c', d: '' },
      Tty: true,
      OpenStdin: true,
      StdinOnce: true,
      AttachStdin: true,
      HostConfig: { AutoRemove: true, NetworkMode: 'none', Memory: 10 * 1024 ** 2, NanoCpus: 1.5e9, PidsLimit: 20 },
    });
  });

  it('in the background keep the input open for later', () => {
    expect(body({ detach: true, interactive: true })).toMatchObject({ OpenStdin: true, StdinOnce: false, AttachStdout: false });
  });

  it('replace the entry point, and remove it when empty', () => {
    expect(body({ entrypoint: 'sh' })).toMatchObject({ Entrypoint: ['sh'] });
    expect(body({ entrypoint: '' })).toMatchObject({ Entrypoint: [''] });
  });

  it('take variables from here when they have no value', () => {
    expect(body({ env: ['A=1', 'HOME', 'EMPTY', 'ABSENT'] })).toMatchObject({ Env: ['A=1', 'HOME=/root', 'EMPTY='] });
  });

  it('read files of variables before those of the command line', () => {
    const directory = mkdtempSync(join(tmpdir(), 'slipway-cli-'));
    try {
      const file = join(directory, 'env');
      writeFileSync(file, '# comment\r\n\nB=from file\nHOME\n  C=#no comment\n');
      expect(body({ envFile: [file], env: ['B=late'] })).toMatchObject({ Env: ['B=from file', 'HOME=/root', 'C=#no comment', 'B=late'] });
    } finally {
      rmSync(directory, { recursive: true });
    }
    expect(parseEnvFile('', {})).toEqual([]);
  });

  it('make relative sources absolute', () => {
    expect(body({ volume: ['./data:/data:ro', '/abs:/abs', 'named:/x'] })).toMatchObject({
      HostConfig: { Binds: [`${resolve('data')}:/data:ro`, '/abs:/abs', 'named:/x'] },
    });
  });

  it.each([
    [{ memory: 'lots' }, /^--memory: "lots" is not a size/],
    [{ cpus: 'x' }, /^--cpus: "x" is not a number/],
    [{ cpus: '-1' }, /^--cpus/],
    [{ pidsLimit: '1.5' }, /^--pids-limit: "1.5" is not a whole number/],
    [{ env: ['=x'] }, /^--env/],
    [{ volume: ['/data'] }, /^--volume: "\/data" is not SOURCE:TARGET/],
    [{ envFile: ['/nonexistent/env'] }, /^--env-file: ENOENT/],
  ])('%o is refused by its name', (flags, message) => expect(() => body(flags)).toThrow(message));
});
