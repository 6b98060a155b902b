import { describe, expect, it } from 'vitest';
import { redact } from './redact.ts';

describe('redact', () => {
  it.each([
    ['a variable', 'started with DB_URL=postgres and more', 'started with DB_URL=[redacted env] and more'],
    ['quoted variables', `export A_KEY="x y" B_KEY='z'`, 'export A_KEY=[redacted env] B_KEY=[redacted env]'],
    ['a list of variables', '"Env":["PATH=/bin","API_TOKEN=abc"]', '"Env":["PATH=[redacted env]","API_TOKEN=[redacted env]"]'],
    [
      'names that say it, in any writing',
      'password: hunter2, dbPassword=x client-secret = y',
      'password: [redacted env], dbPassword=[redacted env] client-secret = [redacted env]',
    ],
    ['members of JSON', '{"auths":{"r.io":{"auth":"bWU6c2VjcmV0"}}}', '{"auths":{"r.io":{"auth":"[redacted env]"}}}'],
    ['JSON inside of JSON', '{"log":"{\\"password\\":\\"a b\\"}"}', '{"log":"{\\"password\\":\\"[redacted env]\\"}"}'],
    ['options', 'login --password hunter2 --user me', 'login --password [redacted env] --user me'],
    ['a header', 'Authorization: Basic bWU6c2VjcmV0', 'Authorization: [redacted header]'],
    ['headers of JSON', '{"X-Registry-Auth": "eyJ1c2VybmFtZSI6Im1lIn0="}', '{"X-Registry-Auth": "[redacted header]"}'],
    ['a bearer', 'sent Bearer abc.def-123~+/= and waited', 'sent Bearer [redacted token] and waited'],
    ['tokens by their form', 'ghp_0123456789abcdefghij glpat-0123456789abcdef', '[redacted token] [redacted token]'],
    ['web tokens', 'got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'got [redacted token]'],
    ['addresses', 'proxy http://me:p@ss:w@proxy:3128/x', 'proxy http://[redacted credentials]@proxy:3128/x'],
    ['parameters of addresses', 'GET /x?a=1&access_token=q1&b=2', 'GET /x?a=1&access_token=[redacted env]'],
    [
      'keys',
      '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----',
      '-----BEGIN RSA PRIVATE KEY-----[redacted key]-----END RSA PRIVATE KEY-----',
    ],
    ['homes', '/home/ada/x /Users/ada/y C:\\Users\\ada\\z', '/home/[redacted home]/x /Users/[redacted home]/y C:\\Users\\[redacted home]\\z'],
  ])('leaves out %s', (_what, text, wanted) => {
    expect(redact(text).text).toBe(wanted);
  });

  it('leaves out the folder of the user, wherever that is, and no other that begins so', () => {
    expect(redact('/srv/people/ada/a /srv/people/adam', ['/srv/people/ada']).text).toBe('[redacted home]/a /srv/people/adam');
  });

  it.each([
    'listening on unix:///run/slipway/slipway.sock',
    'https://registry.example/@scope/package',
    'the author: somebody',
    'sha256:0123456789abcdef0123456789abcdef',
    'GET /containers/json?all=1 200 4 ms',
    '{"status": "ok", "what": "No subnet of a network is somewhere else as well."}',
  ])('leaves %s as it is', (text) => {
    expect(redact(text)).toEqual({ text, redactions: [] });
  });

  it('says where something was left out, in the text as it is then', () => {
    const { text, redactions } = redact('é TOKEN_A=one\nhttp://u:p@h/ /home/ada/x');
    expect(redactions.map(({ start, end, kind }) => [text.slice(start, end), kind])).toEqual([
      ['[redacted env]', 'env'],
      ['[redacted credentials]', 'credentials'],
      ['[redacted home]', 'home'],
    ]);
  });

  it('changes nothing the second time', () => {
    const once = redact('A_TOKEN=x password: y Authorization: Basic abcdefgh http://u:p@h /home/ada "secret":"z"').text;
    expect(redact(once).text).toBe(once);
  });

  it.each(['a-', 'token', '-', '"', 'http://', '?token', 'password=', 'A', ' TOKEN', '/home/'])('takes its time with nobody who repeats %j', (part) => {
    const text = part.repeat(Math.ceil(200_000 / part.length));
    const began = performance.now();
    redact(text);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
