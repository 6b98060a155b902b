import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { HUB_SERVER } from '../formats/docker/cli-config.ts';
import { Keychain, TOKEN_USER } from './keychain.ts';

/** Keeps what it is given in files beside it, one a server. */
const HELPER = `#!/bin/sh
cd "$(dirname "$0")/kept" || exit 1
file() { printf %s "$1" | tr -c 'a-zA-Z0-9.' _; }
case "$1" in
  get) server=$(cat); f=$(file "$server"); [ -e "$f" ] && cat "$f" || { echo 'credentials not found in native keychain'; exit 1; } ;;
  store) body=$(cat); server=$(printf %s "$body" | sed 's/.*"ServerURL":"\\([^"]*\\)".*/\\1/'); printf %s "$body" > "$(file "$server")" ;;
  erase) server=$(cat); rm "$(file "$server")" ;;
  list) printf '{'; first=1; for f in *; do [ -e "$f" ] || continue; [ $first = 1 ] || printf ','; first=0; sed 's/.*"ServerURL":\\("[^"]*"\\),"Username":\\("[^"]*"\\).*/\\1:\\2/' "$f"; done; printf '}' ;;
esac
`;
const root = mkdtempSync(join(tmpdir(), 'slipway-keychain-'));
const kept = join(root, 'kept');
let directory: string;
let path: string;

beforeAll(() => {
  const scripts = { fake: HELPER, broken: '#!/bin/sh\necho the key ring is locked; exit 3\n', nonsense: '#!/bin/sh\necho hello\n' };
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(root, `docker-credential-${name}`), script);
    chmodSync(join(root, `docker-credential-${name}`), 0o755);
  }
  vi.stubEnv('PATH', `${root}${delimiter}${process.env['PATH']}`);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});
beforeEach(() => {
  mkdirSync(kept);
  directory = mkdtempSync(join(root, 'config-'));
  path = join(directory, 'config.json');
});
afterEach(() => rmSync(kept, { recursive: true }));

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const given = (config: object): Keychain => {
  writeFileSync(path, JSON.stringify(config));
  return new Keychain(directory);
};
const written = (): Record<string, unknown> => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;

describe('the file of the docker CLI', () => {
  it.each<[string, object, string, object | undefined]>([
    ['a host', { 'reg.example:5000': { auth: base64('me:se:cret') } }, 'reg.example:5000', { username: 'me', secret: 'se:cret' }],
    ['a host that is kept as a URL', { 'https://reg.example/v2/': { auth: base64('me:x') } }, 'reg.example', { username: 'me', secret: 'x' }],
    ['Docker’s own registry', { [HUB_SERVER]: { auth: base64('hub:x') } }, 'docker.io', { username: 'hub', secret: 'x' }],
    ['a refresh token', { 'reg.example': { auth: base64('<token>:'), identitytoken: 'T' } }, 'reg.example', { username: TOKEN_USER, secret: 'T' }],
    ['fields of their own', { 'reg.example': { username: 'me', password: 'x' } }, 'reg.example', { username: 'me', secret: 'x' }],
    ['padding of NULs', { 'reg.example': { auth: base64('me:x\0\0') } }, 'reg.example', { username: 'me', secret: 'x' }],
    ['an empty entry', { 'reg.example': {} }, 'reg.example', undefined],
    ['another port', { 'reg.example:1': { auth: base64('me:x') } }, 'reg.example:2', undefined],
  ])('has a login for %s', async (_, auths, registry, login) => {
    expect(await given({ auths }).get(registry)).toEqual(login);
  });

  it('need not be there, and is made for its user alone', async () => {
    const keychain = new Keychain(join(directory, 'new'));
    expect(await keychain.get('reg.example')).toBeUndefined();
    await keychain.store('reg.example', { username: 'me', secret: 'x' });
    expect(await keychain.get('reg.example')).toEqual({ username: 'me', secret: 'x' });
    expect(statSync(join(directory, 'new', 'config.json')).mode & 0o777).toBe(0o600);
  });

  it('keeps everything else in it, and the link that it is', async () => {
    writeFileSync(join(directory, 'real.json'), JSON.stringify({ currentContext: 'slipway', auths: { other: { auth: base64('a:b') } } }));
    symlinkSync('real.json', path);
    const keychain = new Keychain(directory);
    await keychain.store('https://reg.example/v1/', { username: TOKEN_USER, secret: 'T' });
    expect(written()).toEqual({
      currentContext: 'slipway',
      auths: { other: { auth: base64('a:b') }, 'reg.example': { auth: base64('<token>:'), identitytoken: 'T' } },
    });
    expect([await keychain.erase('reg.example'), await keychain.erase('reg.example')]).toEqual([true, false]);
    expect(written()['auths']).toEqual({ other: { auth: base64('a:b') } });
    expect(readdirSync(directory).sort()).toEqual(['config.json', 'real.json']);
  });

  it.each([
    ['{', /config\.json: .*JSON/],
    ['{"auths": 7}', /config\.json: .*auths/s],
    [JSON.stringify({ auths: { 'reg.example': { auth: base64('nocolon') } } }), /auths: not user:password in base64/],
  ])('that is broken is told of: %s', async (text, message) => {
    writeFileSync(path, text);
    await expect(new Keychain(directory).get('reg.example')).rejects.toThrow(message);
  });
});

describe('credential helpers', () => {
  it('get, store and erase, one for all or one for a registry', async () => {
    for (const config of [{ credsStore: 'fake' }, { credsStore: 'broken', credHelpers: { 'reg.example': 'fake' } }]) {
      const keychain = given(config);
      expect(await keychain.get('reg.example')).toBeUndefined();
      await keychain.store('reg.example', { username: 'me', secret: 'x' });
      expect(JSON.parse(readFileSync(join(kept, 'reg.example'), 'utf8'))).toEqual({ ServerURL: 'reg.example', Username: 'me', Secret: 'x' });
      expect(written()).toEqual({ ...config, auths: { 'reg.example': {} } });
      expect(await keychain.get('https://reg.example')).toEqual({ username: 'me', secret: 'x' });
      expect([await keychain.erase('reg.example'), await keychain.erase('reg.example')]).toEqual([true, false]);
      expect([readdirSync(kept), written()['auths']]).toEqual([[], {}]);
    }
  });

  it.each([
    ['broken', 'docker-credential-broken get failed with 3: the key ring is locked'],
    ['nonsense', 'the credential helper nonsense gave no valid answer for reg.example'],
    ['missing', 'the credential helper docker-credential-missing is not installed'],
    ['../fake', 'invalid credential helper "../fake"'],
  ])('%s is told of', async (credsStore, message) => {
    await expect(given({ credsStore }).get('reg.example')).rejects.toThrow(message);
  });
});

describe('the list of logins', () => {
  it('names users and keepers, and no secret', async () => {
    const keychain = given({
      auths: {
        'reg.example:5000': { auth: base64('me:x') },
        [HUB_SERVER]: { auth: base64('<token>:'), identitytoken: 'T' },
        'kept.example': {},
        'empty.example': {},
      },
      credHelpers: { 'kept.example': 'fake', 'other.example': 'broken' },
    });
    await keychain.store('kept.example', { username: 'you', secret: 'y' });
    expect(await keychain.list()).toEqual({
      logins: [
        { registry: 'reg.example:5000', username: 'me', helper: '' },
        { registry: 'docker.io', username: '', helper: '' },
        { registry: 'kept.example', username: 'you', helper: 'fake' },
      ],
      problems: ['docker-credential-broken list failed with 3: the key ring is locked'],
    });
    expect(keychain.keeper('kept.example')).toEqual({ path, helper: 'fake' });
    expect(keychain.keeper('reg.example:5000').helper).toBe('');
  });

  it('tells of a helper that talks nonsense', async () => {
    expect(await given({ credsStore: 'nonsense' }).list()).toEqual({ logins: [], problems: ['the credential helper nonsense gave no valid list'] });
  });
});
