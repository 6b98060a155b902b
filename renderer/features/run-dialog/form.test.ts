import { describe, expect, it } from 'vitest';
import { checkForm, dockerCommand, emptyForm, parseDotEnv, type RunForm } from './form.ts';

const form = (change: Partial<RunForm>): RunForm => ({ ...emptyForm('busybox'), ...change });
const errors = (change: Partial<RunForm>, taken: readonly string[] = []) => Object.keys(checkForm(form(change), new Set(taken)).errors ?? {});
const row = (name: string, value: string, key = 1) => ({ key, name, value });
const mount = (source: string, target: string, key = 1) => ({ key, source, target, readonly: true });

describe('checkForm', () => {
  it('makes a request of what is filled in', () => {
    const { request } = checkForm(
      form({
        name: 'web-1',
        command: "sh -c 'sleep 9'",
        env: [row('A', 'b=c'), row('', '', 2)],
        mounts: [mount('/srv/data', '/data'), mount('', '', 2)],
        memory: '512m',
        cpus: '1.5',
        pids: '64',
        tty: true,
      }),
      new Set(),
    );
    expect(request).toEqual({
      image: 'busybox',
      name: 'web-1',
      command: ['sh', '-c', 'sleep 9'],
      entrypoint: [],
      env: ['A=b=c'],
      mounts: [{ source: '/srv/data', target: '/data', readonly: true }],
      tty: true,
      openStdin: false,
      autoRemove: false,
      user: '',
      workingDir: '',
      network: 'bridge',
      memory: 512 * 2 ** 20,
      cpus: 1.5,
      pids: 64,
    });
  });
  it('takes an image alone', () => expect(errors({})).toEqual([]));
  it.each<[string, Partial<RunForm>, string]>([
    ['no image', { image: ' ' }, 'image'],
    ['a short name', { name: 'a' }, 'name'],
    ['a name with a slash', { name: 'a/b' }, 'name'],
    ['an open quote', { command: 'echo "a' }, 'command'],
    ['an open quote in the entrypoint', { entrypoint: "'" }, 'entrypoint'],
    ['a value without a name', { env: [row('', 'x', 7)] }, 'env.7'],
    ['an equals sign in a name', { env: [row('A=B', '', 8)] }, 'env.8'],
    ['a relative source', { mounts: [mount('data', '/d', 3)] }, 'mounts.3'],
    ['a mount over the root', { mounts: [mount('/srv', '/', 4)] }, 'mounts.4'],
    ['memory in words', { memory: 'lots' }, 'memory'],
    ['too little memory', { memory: '1m' }, 'memory'],
    ['no cpu', { cpus: '0' }, 'cpus'],
    ['cpus in words', { cpus: 'all' }, 'cpus'],
    ['half a process', { pids: '1.5' }, 'pids'],
    ['no process', { pids: '0' }, 'pids'],
  ])('refuses %s', (_, change, field) => expect(errors(change)).toEqual([field]));
  it('refuses a name in use', () => expect(errors({ name: 'web' }, ['web'])).toEqual(['name']));
});

describe('dockerCommand', () => {
  it('is short when little is set', () => expect(dockerCommand(emptyForm('busybox'))).toBe('docker run -d busybox'));
  it('quotes and orders as the client wants it', () => {
    expect(
      dockerCommand(
        form({
          name: 'w1',
          command: 'echo "a b"',
          entrypoint: '/bin/sh -c',
          env: [row('A', 'x y')],
          mounts: [mount('/my data', '/d')],
          memory: '1g',
          tty: true,
          openStdin: true,
          autoRemove: true,
          network: 'none',
        }),
      ),
    ).toBe(`docker run -d -i -t --rm --name w1 --network none -e 'A=x y' -v '/my data:/d:ro' -m 1g --entrypoint /bin/sh busybox -c echo 'a b'`);
  });
});

describe('parseDotEnv', () => {
  it('reads lines, comments and quotes', () => {
    expect(parseDotEnv('# db\nexport DB_HOST=localhost\nDB_PASS="a b\\n"\nX=\'$raw # no\' \n\nY=1 # one\n')).toEqual([
      { name: 'DB_HOST', value: 'localhost' },
      { name: 'DB_PASS', value: 'a b\n' },
      { name: 'X', value: '$raw # no' },
      { name: 'Y', value: '1' },
    ]);
  });
  it('is null for other text', () => expect([parseDotEnv('hello'), parseDotEnv(''), parseDotEnv('A=1\nnot a line')]).toEqual([null, null, null]));
});
