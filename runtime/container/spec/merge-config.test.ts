import { describe, expect, it } from 'vitest';
import { commandOf, mergeConfig } from './merge-config.ts';

describe('mergeConfig', () => {
  const image = {
    Env: ['PATH=/bin', 'A=image'],
    Cmd: ['sh'],
    Entrypoint: ['/init'],
    WorkingDir: '/srv',
    User: 'web',
    Labels: { a: 'i', b: 'i' },
    StopSignal: 'SIGINT',
  };

  it('completes what was not asked for', () => {
    const merged = mergeConfig({ Image: 'x', Env: ['A=asked', 'B'], Labels: { a: 'c' } }, image);
    expect(merged).toMatchObject({
      Env: ['A=asked', 'B', 'PATH=/bin'],
      Cmd: ['sh'],
      Entrypoint: ['/init'],
      WorkingDir: '/srv',
      User: 'web',
      Labels: { a: 'c', b: 'i' },
      StopSignal: 'SIGINT',
    });
    expect(commandOf(merged)).toEqual(['/init', 'sh']);
  });

  it('keeps the entry point for a given command and drops the image command for a given entry point', () => {
    expect(commandOf(mergeConfig({ Image: 'x', Cmd: ['ls'] }, image))).toEqual(['/init', 'ls']);
    expect(commandOf(mergeConfig({ Image: 'x', Entrypoint: ['/other'] }, image))).toEqual(['/other']);
    expect(commandOf(mergeConfig({ Image: 'x', Entrypoint: [], Cmd: [] }, { Cmd: ['sh'] }))).toEqual(['sh']);
  });

  it('clears the entry point by one empty string', () => {
    expect(commandOf(mergeConfig({ Image: 'x', Entrypoint: [''], Cmd: ['ls'] }, image))).toEqual(['ls']);
    expect(() => commandOf(mergeConfig({ Image: 'x', Entrypoint: [''] }, image))).toThrow('no command specified');
  });

  it('needs a command from somewhere', () => {
    expect(() => commandOf(mergeConfig({ Image: 'x' }, null))).toThrow('no command specified');
  });
});
