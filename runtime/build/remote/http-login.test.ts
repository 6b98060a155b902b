import { expect, it } from 'vitest';
import { httpLogin } from './http-login.ts';

const secretsOf = (given: Readonly<Record<string, string>>) => ({ secret: (id: string) => (id in given ? Buffer.from(given[id] ?? '') : undefined) });

it.each([
  ['a token', 'https://files.test/x', { 'HTTP_AUTH_TOKEN_files.test': 't\n' }, 'Bearer t'],
  ['a header before a token', 'https://files.test/x', { 'HTTP_AUTH_HEADER_files.test': 'Basic h', 'HTTP_AUTH_TOKEN_files.test': 't' }, 'Basic h'],
  ['that of the port', 'https://files.test:8443/x', { 'HTTP_AUTH_TOKEN_files.test:8443': 'port', 'HTTP_AUTH_HEADER_files.test': 'host' }, 'Bearer port'],
  ['that of the host for any port', 'https://files.test:8443/x', { 'HTTP_AUTH_HEADER_files.test': 'host' }, 'host'],
  ['this machine without https', 'http://127.0.0.1:80/x', { 'HTTP_AUTH_TOKEN_127.0.0.1': 't' }, 'Bearer t'],
])('takes %s', (_, url, given, header) => {
  expect(httpLogin(url, secretsOf(given))).toBe(header);
});

it.each([
  ['that of another host', 'https://files.test/x', { 'HTTP_AUTH_TOKEN_other.test': 't' }],
  ['that of no host', 'https://files.test/x', { HTTP_AUTH_TOKEN: 't', HTTP_AUTH_TOKEN_: 't' }],
  ['a way that others can read', 'http://files.test/x', { 'HTTP_AUTH_TOKEN_files.test': 't' }],
  ['an address that has its own', 'https://me:p@files.test/x', { 'HTTP_AUTH_TOKEN_files.test': 't' }],
])('gives none for %s', (_, url, given) => {
  expect(httpLogin(url, secretsOf(given))).toBeUndefined();
});

it('is one line', () => {
  const secrets = secretsOf({ 'HTTP_AUTH_HEADER_files.test': 'a\nX-Other: b' });
  expect(() => httpLogin('https://files.test/x', secrets)).toThrow('secret HTTP_AUTH_HEADER_files.test: not a login');
});
