import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './config.ts';

describe('parseCommandLine', () => {
  it('has defaults', () => {
    expect(parseCommandLine([])).toEqual({
      root: '/var/lib/slipway',
      run: '/run/slipway',
      configFile: '/etc/slipway/daemon.json',
      listeners: [{ kind: 'unix', path: '/run/slipway/slipway.sock' }],
      group: null,
      registryMirrors: [],
      insecureRegistries: [],
      logLevel: 'info',
      stopContainers: false,
      buildCacheLimit: null,
    });
  });

  it('reads every option', () => {
    const argv =
      '--root /r --run /u --host unix:///a.sock --host tcp://[::1]:2376 --tlscacert /ca --tlscert /cert --tlskey /key --group ops --registry-mirror https://m.test --insecure-registry h:5000 --log-level debug --stop-containers --build-cache-limit 20GB';
    expect(parseCommandLine(argv.split(' '))).toEqual({
      root: '/r',
      run: '/u',
      configFile: '/r/daemon.json',
      listeners: [
        { kind: 'unix', path: '/a.sock' },
        { kind: 'tcp', host: '::1', port: 2376, tls: { ca: '/ca', cert: '/cert', key: '/key' } },
      ],
      group: 'ops',
      registryMirrors: ['https://m.test'],
      insecureRegistries: ['h:5000'],
      logLevel: 'debug',
      stopContainers: true,
      buildCacheLimit: 20 * 1024 ** 3,
    });
  });

  it('puts the socket into the run directory', () => {
    expect(parseCommandLine(['--run', '/x'])).toMatchObject({ listeners: [{ kind: 'unix', path: '/x/slipway.sock' }] });
    expect(parseCommandLine(['--help'])).toBe('help');
  });

  it.each([
    [['--rooot', '/r'], "Unknown option '--rooot'"],
    [['extra'], "Unexpected argument 'extra'"],
    [['--root'], "Option '--root <value>' argument missing"],
    [['--root='], '--root: a directory is required'],
    [['--host', 'tcp://0.0.0.0:2375'], '--host: tcp://0.0.0.0:2375 needs --tlscacert, --tlscert and --tlskey'],
    [['--host', 'tcp://h:2376', '--tlscacert', '/ca'], '--tlscacert, --tlscert and --tlskey are needed together'],
    [['--host', 'unix://rel'], '--host: unix://rel is neither of the form'],
    [['--host', 'tcp://h:70000'], '--host: tcp://h:70000 is neither of the form'],
    [['--host', 'http://h:1'], '--host: http://h:1 is neither of the form'],
    [['--build-cache-limit', 'much'], '--build-cache-limit: much is no size such as 20GB'],
    [['--log-level', 'loud'], '--log-level: loud is none of debug, info, warn, error'],
    [['--registry-mirror', 'm.test'], '--registry-mirror: m.test is no http or https URL'],
  ])('refuses %j', (argv, text) => {
    expect(() => parseCommandLine(argv)).toThrow(text);
  });
});
