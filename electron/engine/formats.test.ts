import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { enginePath } from './http-client.ts';
import { jsonLines } from './json-lines.ts';
import { type Frame, frames } from './raw-stream.ts';

/** `bytes` cut at the given places, as a network would. */
async function* pieces(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((one, other) => one - other);
  let at = 0;
  for (const place of [...places, bytes.length]) {
    yield await Promise.resolve(bytes.subarray(at, place));
    at = place;
  }
}

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const value of values) found.push(value);
  return found;
}

const cuts = fc.array(fc.nat(), { maxLength: 20 });

describe('frames', () => {
  it('are the same however the stream is cut', async () => {
    const frame = fc.record({ stream: fc.constantFrom(1 as const, 2 as const), data: fc.uint8Array({ maxLength: 300 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 12 }), cuts, async (given, places) => {
        const bytes = Buffer.concat(
          given.flatMap(({ stream, data }) => {
            const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
            header.writeUInt32BE(data.length, 4);
            return [header, data];
          }),
        );
        const found = (await all(frames(pieces(bytes, places)))).flat();
        expect(found.map(plain)).toEqual(given.map((one) => plain({ ...one, data: Buffer.from(one.data) })));
      }),
    );
  });

  it('refuse a length that no frame has', async () => {
    await expect(all(frames(pieces(Buffer.from([1, 0, 0, 0, 255, 255, 255, 255]), [])))).rejects.toThrow('a frame of 4294967295 bytes');
  });
});

describe('jsonLines', () => {
  it('are the same however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 12 }), cuts, fc.boolean(), async (given, places, ended) => {
        const bytes = Buffer.from(given.map((value) => JSON.stringify(value)).join('\n') + (ended ? '\n' : ''));
        expect(await all(jsonLines(pieces(bytes, places)))).toEqual(given.map((value) => JSON.parse(JSON.stringify(value)) as unknown));
      }),
    );
  });

  it('refuse what is not JSON', async () => {
    await expect(all(jsonLines(pieces(Buffer.from('{"a":1}\n{'), [])))).rejects.toThrow('a line from the engine is not JSON');
  });
});

describe('enginePath', () => {
  it('never leaves the folder that it was given, whatever a name holds', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        let path: string;
        try {
          path = enginePath('containers', name, 'json');
        } catch {
          expect(name.split('/').some((part) => part === '.' || part === '..')).toBe(true);
          return;
        }
        const { pathname, search, hash } = new URL(path, 'http://engine');
        expect([pathname.startsWith('/containers/'), pathname.endsWith('/json'), search, hash]).toEqual([true, true, '', '']);
      }),
    );
  });
});

const plain = ({ stream, data }: Frame) => [stream, data.toString('hex')];
