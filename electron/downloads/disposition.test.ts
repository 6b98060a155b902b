import { describe, expect, it } from 'vitest';
import { contentDisposition, fileName } from './disposition.ts';

describe('fileName', () => {
  it.each([
    ['notes.txt', 'notes.txt'],
    ['.env', '.env'],
    ['Übersicht 2.tar', 'Übersicht 2.tar'],
    ['../../etc/passwd', '.._.._etc_passwd'],
    ['C:\\Windows\\evil.exe', 'C__Windows_evil.exe'],
    ['a\r\nSet-Cookie: x=1', 'a__Set-Cookie_ x=1'],
    ['photo\u202egpj.exe', 'photo_gpj.exe'],
    ['nul\u0000.txt', 'nul_.txt'],
    ['half \ud800 pair', 'half \ufffd pair'],
    ['', 'download'],
    ['..', 'download'],
    ['.', 'download'],
    ['   ', 'download'],
  ])('of %j is %j', (given, wanted) => {
    expect(fileName(given)).toBe(wanted);
  });

  it('is no longer than a file system takes, and says still what it is', () => {
    const name = fileName(`${'ü'.repeat(400)}.tar`);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(name.endsWith('ü.tar')).toBe(true);
    expect(fileName(name)).toBe(name);
  });
});

describe('contentDisposition', () => {
  it.each([
    ['notes.txt', `attachment; filename="notes.txt"; filename*=UTF-8''notes.txt`],
    ["it's (1)*.txt", `attachment; filename="it's (1)*.txt"; filename*=UTF-8''it%27s%20%281%29%2A.txt`],
    ['50%.txt', `attachment; filename="50_.txt"; filename*=UTF-8''50%25.txt`],
    ['日本.tar', `attachment; filename="__.tar"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.tar`],
    ['a"; filename="b', `attachment; filename="a_; filename=_b"; filename*=UTF-8''a%22%3B%20filename%3D%22b`],
  ])('of %j is %j', (given, wanted) => {
    expect(contentDisposition(given)).toBe(wanted);
  });

  it.each(['a\r\nb', 'a\u0000b', 'ü\u202e', '\ud800'])('is one line of ASCII for what fileName made of %j', (given) => {
    expect(contentDisposition(fileName(given))).toMatch(/^[\x20-\x7e]+$/);
  });
});
