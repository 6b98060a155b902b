import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './config.ts';

describe('parseCommandLine', () => {
  it('has defaults', () => {
    expect(parseCommandLine([])).toEqual({
      root: '/var/lib/slipway',
      run: '/run/slipway',
      sockets: ['/run/slipway/slipway.sock'],
      registryMirrors: [],
      insecureRegistries: [],
      logLevel: 'info',
      stopContainers: false,
    });
  });

  it('reads every option', () => {
    const argv =
      '--root /r --run /u --host unix:///a.sock --host unix:///b.sock --registry-mirror https://m.test --insecure-registry h:5000 --log-level debug --stop-containers';
    expect(parseCommandLine(argv.split(' '))).toEqual({
      root: '/r',
      run: '/u',
      sockets: ['/a.sock', '/b.sock'],
      registryMirrors: ['https://m.test'],
      insecureRegistries: ['h:5000'],
      logLevel: 'debug',
      stopContainers: true,
    });
  });

  it('puts the socket into the run directory', () => {
    expect(parseCommandLine(['--run', '/x'])).toMatchObject({ sockets: ['/x/slipway.sock'] });
    expect(parseCommandLine(['--help'])).toBe('help');
  });

  it.each([
    [['--rooot', '/r'], "Unknown option '--rooot'"],
    [['extra'], "Unexpected argument 'extra'"],
    [['--root'], "Option '--root <value>' argument missing"],
    [['--root='], '--root: a directory is required'],
    [['--host', 'tcp://0.0.0.0:2375'], '--host: tcp://0.0.0.0:2375 is not of the form unix:///absolute/path'],
    [['--host', 'unix://rel'], '--host: unix://rel is not of the form'],
    [['--log-level', 'loud'], '--log-level: loud is none of debug, info, warn, error'],
    [['--registry-mirror', 'm.test'], '--registry-mirror: m.test is no http or https URL'],
  ])('refuses %j', (argv, text) => {
    expect(() => parseCommandLine(argv)).toThrow(text);
  });
});
