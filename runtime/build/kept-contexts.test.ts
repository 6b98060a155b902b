import { describe, expect, it } from 'vitest';
import { digestOf } from '../base/digest.ts';
import { EngineError } from '../base/errors.ts';
import type { BuildContexts, ReceiveOptions } from './context.ts';
import { KeptContexts } from './kept-contexts.ts';

const MEBIBYTE = 1024 * 1024;

/** Contexts in nothing but memory: what was unpacked, and what of it is still there. */
function rigOf() {
  const unpacked: string[] = [];
  const present = new Set<number>();
  const inner: BuildContexts = {
    receive: async (source, options) => {
      let text = '';
      let bytes = 0;
      if (source.kind === 'tar') {
        for await (const piece of source.archive) {
          options.signal.throwIfAborted();
          text += Buffer.from(piece.subarray(0, 10)).toString();
          bytes += piece.length;
        }
      }
      if (text.includes('bad')) throw new EngineError('InvalidArgument', 'no archive');
      const number = unpacked.push(`${text.slice(0, 20)} ${bytes}`);
      present.add(number);
      return {
        tree: { kind: 'directory', path: `/c/${number}`, digest: digestOf(text) },
        ...(text.startsWith('bomb') ? { bytes: 65 * MEBIBYTE } : {}),
        [Symbol.asyncDispose]: () => Promise.resolve(void present.delete(number)),
      };
    },
    read: (tree, path) => Promise.resolve(Buffer.from(`${tree.path} ${path}`)),
    release: () => undefined,
  };
  return { contexts: new KeptContexts(inner), unpacked, present };
}

async function* tar(...pieces: (string | Buffer)[]): AsyncGenerator<Buffer> {
  // One buffer for all pieces, as transfers use it.
  const shared = Buffer.alloc(Math.max(0, ...pieces.map((piece) => piece.length)));
  for (const piece of pieces) {
    await Promise.resolve();
    const length = typeof piece === 'string' ? shared.write(piece) : piece.copy(shared);
    yield shared.subarray(0, length);
  }
}

const options = (changes: Partial<ReceiveOptions> = {}): ReceiveOptions => ({ signal: new AbortController().signal, ...changes });

describe('contexts that are kept', () => {
  it('are unpacked once however often they are sent, in whatever pieces', async () => {
    const { contexts, unpacked, present } = rigOf();
    const first = await contexts.receive({ kind: 'tar', archive: tar('ab', 'cd') }, options());
    const second = await contexts.receive({ kind: 'tar', archive: tar('abc', 'd') }, options());
    expect([unpacked, second.tree === first.tree]).toEqual([['abcd 4'], true]);
    for (const context of [first, second, second]) await context[Symbol.asyncDispose]();
    const third = await contexts.receive({ kind: 'tar', archive: tar('abcd') }, options());
    expect([third.tree === first.tree, present.size]).toEqual([true, 1]);
    expect((await contexts.read(third.tree, 'f', 1))?.toString()).toBe('/c/1 f');
    await contexts[Symbol.asyncDispose]();
    expect(present.size).toBe(1);
    await third[Symbol.asyncDispose]();
    expect(present.size).toBe(0);
  });

  it.each<[string, ReceiveOptions, string]>([
    ['other files', options(), 'abce'],
    ['another Dockerfile, which has an ignore file of its own', options({ dockerfile: 'other' }), 'abcd'],
  ])('are not taken for %s', async (_, changed, content) => {
    const { contexts, unpacked } = rigOf();
    await contexts.receive({ kind: 'tar', archive: tar('abcd') }, options());
    await contexts.receive({ kind: 'tar', archive: tar(content) }, changed);
    expect(unpacked).toHaveLength(2);
  });

  it('are no large ones, which pass through', async () => {
    const { contexts, unpacked, present } = rigOf();
    const large = () => tar(...Array.from({ length: 17 }, () => Buffer.alloc(MEBIBYTE, 'x')), 'end');
    for (let count = 0; count < 2; count++) {
      const context = await contexts.receive({ kind: 'tar', archive: large() }, options());
      await context[Symbol.asyncDispose]();
    }
    expect([unpacked, present.size]).toEqual([Array(2).fill(`${'x'.repeat(20)} ${17 * MEBIBYTE + 3}`), 0]);
  });

  it('are the newest few, and stay as long as a build has them', async () => {
    const { contexts, present } = rigOf();
    const first = await contexts.receive({ kind: 'tar', archive: tar('first') }, options());
    for (let number = 0; number < 20; number++)
      await (await contexts.receive({ kind: 'tar', archive: tar(`number ${number}`) }, options()))[Symbol.asyncDispose]();
    expect([present.size, present.has(1)]).toEqual([9, true]);
    await first[Symbol.asyncDispose]();
    expect([present.size, present.has(1)]).toEqual([8, false]);
    const big = (text: string) => tar(text, ...Array.from({ length: 15 }, () => Buffer.alloc(MEBIBYTE, text)));
    for (const text of 'abcdef') await (await contexts.receive({ kind: 'tar', archive: big(text) }, options()))[Symbol.asyncDispose]();
    expect(present.size).toBe(4);
  });

  it('go with the last record of a build that had them', async () => {
    const { contexts, present } = rigOf();
    const sent = async (text: string, build: string): Promise<AsyncDisposable> => contexts.receive({ kind: 'tar', archive: tar(text) }, options({ build }));
    await (await sent('one', 'a'))[Symbol.asyncDispose]();
    await (await sent('one', 'b'))[Symbol.asyncDispose]();
    const running = await sent('two', 'c');
    await contexts.forget('a');
    expect([...present]).toEqual([1, 2]);
    await contexts.forget('b');
    expect([...present]).toEqual([2]);
    await contexts.forget('c');
    expect([...present]).toEqual([2]);
    await running[Symbol.asyncDispose]();
    expect(present.size).toBe(0);
  });

  it('are none that unpack to more than all may have, and push no other out', async () => {
    const { contexts, present } = rigOf();
    await (await contexts.receive({ kind: 'tar', archive: tar('small') }, options()))[Symbol.asyncDispose]();
    await (await contexts.receive({ kind: 'tar', archive: tar('bomb') }, options()))[Symbol.asyncDispose]();
    expect([...present]).toEqual([1]);
  });

  it('are none of what fails or is stopped, nor addresses', async () => {
    const { contexts, unpacked, present } = rigOf();
    await expect(contexts.receive({ kind: 'tar', archive: tar('bad') }, options())).rejects.toThrow('no archive');
    const stopped = AbortSignal.abort(new Error('gone'));
    await expect(contexts.receive({ kind: 'tar', archive: tar('good') }, options({ signal: stopped }))).rejects.toThrow('stopped');
    for (let count = 0; count < 2; count++) await contexts.receive({ kind: 'remote', url: 'https://host/x' }, options());
    expect([unpacked.length, present.size]).toEqual([2, 2]);
  });
});
