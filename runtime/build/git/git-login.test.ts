import { expect, it } from 'vitest';
import { gitLogin } from './git-login.ts';

const secretsOf = (given: Readonly<Record<string, string>>) => ({ secret: (id: string) => (id in given ? Buffer.from(given[id] ?? '') : undefined) });
const basic = (token: string): string => `Authorization: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;

it.each([
  ['a token', 'https://git.test/x.git', { GIT_AUTH_TOKEN: 't\n' }, basic('t')],
  ['a header', 'https://git.test/x.git', { GIT_AUTH_HEADER: 'Bearer h', GIT_AUTH_TOKEN: 't' }, 'Authorization: Bearer h'],
  ['that of the host before that of all', 'https://git.test/x.git', { GIT_AUTH_HEADER: 'all', 'GIT_AUTH_TOKEN.git.test': 'own' }, basic('own')],
  ['that of the port', 'https://git.test:8443/x.git', { 'GIT_AUTH_TOKEN.git.test:8443': 'port', 'GIT_AUTH_TOKEN.git.test': 'host' }, basic('port')],
  ['this machine without https', 'http://127.0.0.1:80/x.git', { GIT_AUTH_TOKEN: 't' }, basic('t')],
])('takes %s', (_, url, given, header) => {
  expect(gitLogin(url, secretsOf(given))?.header).toBe(header);
});

it.each([
  ['that of another host', 'https://git.test/x.git', { 'GIT_AUTH_TOKEN.other.test': 't' }],
  ['a way that others can read', 'http://git.test/x.git', { GIT_AUTH_TOKEN: 't' }],
  ['ssh', 'git@git.test:x.git', { GIT_AUTH_TOKEN: 't' }],
  ['an address that has its own', 'https://me:p@git.test/x.git', { GIT_AUTH_TOKEN: 't' }],
])('gives none for %s', (_, url, given) => {
  expect(gitLogin(url, secretsOf(given))).toBeUndefined();
});

it('belongs to its server alone, and is one line', () => {
  expect(gitLogin('https://git.test/a/b.git', secretsOf({ GIT_AUTH_TOKEN: 't' }))?.scope).toBe('https://git.test/');
  for (const bad of ['', 'a\nX-Other: b', 'x'.repeat(20_000)]) {
    expect(() => gitLogin('https://git.test/x.git', secretsOf({ GIT_AUTH_HEADER: bad }))).toThrow('secret GIT_AUTH_HEADER: not a login');
  }
});
