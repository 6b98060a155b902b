import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Keychain } from '../../runtime/credentials/keychain.ts';
import { type Answer, bodyOf, type FakeEngine, fakeEngine, json } from '../testkit/fake-engine.ts';
import { type Cipher, NO_CIPHER, systemCipher } from './cipher.ts';
import { Registries } from './registries.ts';
import { RegistryFile } from './registry-file.ts';

const inverted = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0xff));
const keyRing = (backend = 'gnome_libsecret', isAvailable = true): Cipher =>
  systemCipher({
    isEncryptionAvailable: () => isAvailable,
    getSelectedStorageBackend: () => backend,
    encryptString: (text) => inverted(Buffer.from(text)),
    decryptString: (encrypted) => inverted(encrypted).toString('utf8'),
  });

let directory: string;
let engine: FakeEngine;
/** Bodies of POST /auth. */
let asked: unknown[];
let info: Answer;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-registries-'));
  asked = [];
  info = json({});
  engine = await fakeEngine({
    'GET /info': (request, response) => info(request, response),
    'POST /auth': async (request: IncomingMessage, response) => {
      const login = JSON.parse((await bodyOf(request)).toString()) as { username?: string; password?: string; identitytoken?: string };
      asked.push(login);
      if (login.password === 'wrong') return json({ message: 'unauthorized: authentication required' }, 401)(request, response);
      return json({ Status: 'Login Succeeded', IdentityToken: login.username === 'tokens' ? 'T' : '' })(request, response);
    },
  });
});
afterEach(async () => {
  await engine[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

const path = () => join(directory, 'registries.json');
const docker = () => join(directory, 'config.json');
const open = (cipher: Cipher = keyRing()): Registries =>
  new Registries({ engine: engine.client, file: new RegistryFile(path()), cipher, docker: new Keychain(directory) });
const sent = (headers: Readonly<Record<string, string>>): unknown => {
  const header = headers['X-Registry-Auth'];
  return header === undefined ? undefined : JSON.parse(Buffer.from(header, 'base64url').toString());
};
const rowFor = async (registries: Registries, host: string) => (await registries.list()).registries.find((row) => row.host === host);

describe('a login of the app', () => {
  it('is tried, encrypted, kept for its user alone, and given to its registry only', async () => {
    await open().save('reg.example:5000', 'me', 'secret', 'keychain');
    expect(asked).toEqual([{ username: 'me', password: 'secret', serveraddress: 'reg.example:5000' }]);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    const [kept] = (JSON.parse(readFileSync(path(), 'utf8')) as { registries: { secret: string }[] }).registries;
    expect(Buffer.from(kept?.secret ?? '', 'base64').toString('utf8')).toMatch(/^[^a-z]+$/);
    const registries = open();
    expect(sent(await registries.headersFor('reg.example:5000/a/b:1'))).toEqual({ username: 'me', password: 'secret' });
    for (const other of ['reg.example/a', 'reg.example:5001/a', 'busybox', 'a/b']) expect(await registries.headersFor(other), other).toEqual({});
    expect(await rowFor(registries, 'reg.example:5000')).toEqual({
      host: 'reg.example:5000',
      username: 'me',
      keeper: 'keychain',
      helper: '',
      added: true,
      insecure: false,
      mirrors: [],
    });
    expect(JSON.stringify(await registries.list())).not.toContain('secret');
  });

  it('that is refused is not kept, nor does the one before it go', async () => {
    const registries = open();
    await registries.save('reg.example', 'me', 'right', 'keychain');
    await expect(registries.save('reg.example', 'me', 'wrong', 'keychain')).rejects.toThrow('unauthorized: authentication required');
    expect(sent(await registries.headersOf('reg.example'))).toEqual({ username: 'me', password: 'right' });
    expect(await registries.test('reg.example')).toBe(true);
    expect(await registries.test('other.example')).toBeNull();
  });

  it('is a token where the registry gives one, and Docker’s own registry by each of its names', async () => {
    const registries = open();
    await registries.save('index.docker.io', 'tokens', 'x', 'keychain');
    expect(asked).toEqual([{ username: 'tokens', password: 'x', serveraddress: '' }]);
    expect(sent(await registries.headersFor('busybox'))).toEqual({ identitytoken: 'T' });
    expect(await rowFor(registries, 'docker.io')).toMatchObject({ username: 'tokens', keeper: 'keychain' });
  });

  it('is left out where nobody may be asked for it, until the system has given the key once', async () => {
    await open().save('reg.example', 'me', 'x', 'keychain');
    await new Keychain(directory).store('file.example', { username: 'cli', secret: 'y' });
    const registries = open();
    const quiet = { quiet: true };
    expect(await registries.headersFor('reg.example/a', quiet)).toEqual({});
    expect(sent(await registries.headersFor('file.example/a', quiet))).toEqual({ username: 'cli', password: 'y' });
    await registries.headersFor('reg.example/a');
    expect(sent(await registries.headersFor('reg.example/a', quiet))).toEqual({ username: 'me', password: 'x' });
    writeFileSync(docker(), JSON.stringify({ credHelpers: { 'helped.example': 'that-would-ask' } }));
    expect(await registries.headersFor('helped.example/a', quiet)).toEqual({});
    await expect(registries.headersFor('helped.example/a')).rejects.toThrow('that-would-ask');
  });

  it('goes with its registry, but the docker CLI’s own stays', async () => {
    const registries = open();
    await new Keychain(directory).store('reg.example', { username: 'cli', secret: 'y' });
    await registries.save('reg.example', 'me', 'x', 'keychain');
    expect(sent(await registries.headersOf('reg.example'))).toEqual({ username: 'me', password: 'x' });
    await registries.remove('reg.example');
    expect(sent(await registries.headersOf('reg.example'))).toEqual({ username: 'cli', password: 'y' });
    await registries.remove('reg.example');
    await registries.remove('reg.example');
    expect(await registries.headersOf('reg.example')).toEqual({});
  });
});

describe('without a keychain', () => {
  it.each([
    ['browser', NO_CIPHER],
    ['no-keychain', keyRing('unknown', false)],
    ['basic-text', keyRing('basic_text')],
  ])('%s is told, and nothing is kept by the app', async (lack, cipher) => {
    const registries = open(cipher);
    expect(await registries.list()).toMatchObject({ lack, docker: { path: docker(), helper: '' } });
    await expect(registries.save('reg.example', 'me', 'x', 'keychain')).rejects.toThrow(/keychain/);
    expect(await registries.headersOf('reg.example')).toEqual({});
  });

  it('the docker CLI’s place may be chosen', async () => {
    const registries = open(NO_CIPHER);
    await registries.save('reg.example', 'me', 'x', 'docker');
    expect(JSON.parse(readFileSync(docker(), 'utf8'))).toEqual({ auths: { 'reg.example': { auth: Buffer.from('me:x').toString('base64') } } });
    expect(await rowFor(registries, 'reg.example')).toMatchObject({ username: 'me', keeper: 'docker', helper: '', added: true });
    expect(sent(await registries.headersOf('reg.example'))).toEqual({ username: 'me', password: 'x' });
  });
});

describe('the list', () => {
  it('has Docker’s own, what was added, what the docker CLI knows and what the engine is told of', async () => {
    info = json({
      RegistryConfig: {
        IndexConfigs: { 'docker.io': { Mirrors: ['https://mirror.example'], Secure: true }, 'plain.example:5000': { Mirrors: [], Secure: false } },
      },
    });
    await new Keychain(directory).store('cli.example', { username: 'cli', secret: 'y' });
    const registries = open();
    await registries.save('bare.example', '', '', 'keychain');
    expect((await registries.list()).registries.map(({ host, keeper, added, insecure, mirrors }) => [host, keeper, added, insecure, mirrors])).toEqual([
      ['docker.io', 'none', false, false, ['https://mirror.example']],
      ['bare.example', 'none', true, false, []],
      ['cli.example', 'docker', false, false, []],
      ['plain.example:5000', 'none', false, true, []],
    ]);
  });

  it('tells what it cannot read, and shows the rest', async () => {
    writeFileSync(path(), '{"registries": [{"host": "secret-host"');
    writeFileSync(docker(), '{');
    const { registries, problems } = await open().list();
    expect(registries.map(({ host }) => host)).toEqual(['docker.io']);
    expect([...problems].sort()).toEqual([`${docker()}: not valid JSON`, `${path()} is damaged: repair it or move it away`]);
    await expect(open().save('reg.example', '', '', 'keychain')).rejects.toThrow('damaged');
    expect(readFileSync(path(), 'utf8')).toContain('secret-host');
  });

  it('says so when the system does not open a login any more', async () => {
    await open().save('reg.example', 'me', 'x', 'keychain');
    const other = systemCipher({
      isEncryptionAvailable: () => true,
      encryptString: () => Buffer.from(''),
      decryptString: () => {
        throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptString.');
      },
    });
    await expect(open(other).headersOf('reg.example')).rejects.toThrow('log in again');
  });
});
