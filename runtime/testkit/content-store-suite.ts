import { describe, expect, it } from 'vitest';
import { digestOf } from '../base/digest.ts';
import type { ContentStore } from '../store/content/content-store.ts';

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text));
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** What every ContentStore promises. `make` gives an empty one. */
export function contentStoreSuite(name: string, make: () => ContentStore): void {
  const hello = digestOf('hello world');
  describe(`content store: ${name}`, () => {
    it('gives back what was written, by its digest', async () => {
      const store = make();
      expect(await store.write(chunks('hello ', 'world'), { digest: hello, size: 11 })).toEqual({ digest: hello, size: 11 });
      expect([store.has(hello), store.stat(hello), store.list()]).toEqual([true, { digest: hello, size: 11 }, [{ digest: hello, size: 11 }]]);
      expect([Buffer.from(store.readAll(hello, 11)).toString(), await collect(store.read(hello))]).toEqual(['hello world', 'hello world']);
    });

    it('takes the same content twice', async () => {
      const store = make();
      await store.write(chunks('hello world'), {});
      await store.write(chunks('hello', ' world'), {});
      expect(store.list()).toHaveLength(1);
    });

    it.each([
      ['a wrong digest', { digest: digestOf('other') }, 'InvalidArgument'],
      ['a wrong size', { size: 12 }, 'InvalidArgument'],
      ['too many bytes', { limit: 10 }, 'TooLarge'],
    ])('refuses %s and keeps nothing', async (_what, options, kind) => {
      const store = make();
      await expect(store.write(chunks('hello ', 'world'), options)).rejects.toMatchObject({ kind });
      expect([store.has(hello), store.list()]).toEqual([false, []]);
    });

    it('keeps nothing of a source that fails or of an aborted write', async () => {
      const store = make();
      const aborter = new AbortController();
      async function* failing(): AsyncGenerator<Uint8Array> {
        yield* chunks('hello ');
        throw new Error('connection lost');
      }
      async function* aborted(): AsyncGenerator<Uint8Array> {
        yield* chunks('hello ');
        aborter.abort(new Error('gone'));
        yield* chunks('world');
      }
      await expect(store.write(failing(), {})).rejects.toThrow('connection lost');
      await expect(store.write(aborted(), { signal: aborter.signal })).rejects.toThrow('gone');
      expect(store.list()).toEqual([]);
    });

    it('says what is not there or too large', async () => {
      const store = make();
      expect(() => store.stat(hello)).toThrow('not found');
      expect(() => store.readAll(hello, 100)).toThrow('not found');
      await expect(collect(store.read(hello))).rejects.toMatchObject({ kind: 'NotFound' });
      await store.write(chunks('hello world'), {});
      expect(() => store.readAll(hello, 10)).toThrow(expect.objectContaining({ kind: 'TooLarge' }));
    });

    it('removes, twice if asked', async () => {
      const store = make();
      await store.write(chunks('hello world'), {});
      store.remove(hello);
      store.remove(hello);
      expect(store.has(hello)).toBe(false);
    });
  });
}
