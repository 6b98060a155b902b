import { expect, it } from 'vitest';
import { AnswerReader } from './answer-reader.ts';

/** Byte by byte, so that every cut is tried; how many bytes were wanted, and what was read. */
function read(text: string): { readonly wanted: number; readonly reader: AnswerReader } {
  const reader = new AnswerReader();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at++) if (reader.take(bytes.subarray(at, at + 1))) return { wanted: at + 1, reader };
  return { wanted: Number.NaN, reader };
}

it.each([
  ['a size', 'HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nbody', 201, 'body', true],
  ['no body', 'HTTP/1.1 204 No Content\r\n\r\n', 204, '', true],
  ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n', 200, 'body', true],
  ['an empty list of chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 200, '', true],
  ['a connection that closes', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok', 200, 'ok', false],
])('an answer with %s is whole with its last byte', (_, text, status, body, keepsOpen) => {
  const { wanted, reader } = read(text);
  expect([wanted, reader.status, reader.body, reader.keepsOpen]).toEqual([text.length, status, body, keepsOpen]);
});

it('an answer without a size is whole at the end of its connection, one with a size is not', () => {
  const raw = read('HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nout').reader;
  expect([raw.end(), raw.body, raw.keepsOpen]).toEqual([true, 'out', false]);
  expect(read('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut').reader.end()).toBe(false);
  expect(read('HTTP/1.1 200 OK\r\nContent-Le').reader.end()).toBe(false);
});
