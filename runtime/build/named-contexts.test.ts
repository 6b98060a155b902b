import { describe, expect, it } from 'vitest';
import { digestOf } from '../base/digest.ts';
import { EngineError } from '../base/errors.ts';
import type { BuildContexts } from './context.ts';
import { NamedContexts } from './named-contexts.ts';

async function* tar(text: string): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from(text));
}

function rigOf(patience?: number) {
  const present = new Set<string>();
  const receive: BuildContexts['receive'] = async (source) => {
    let text = '';
    if (source.kind === 'tar') for await (const piece of source.archive) text += Buffer.from(piece).toString();
    if (text === 'bad') throw new EngineError('InvalidArgument', 'no archive');
    present.add(text);
    return { tree: { kind: 'directory', path: `/${text}`, digest: digestOf(text) }, [Symbol.asyncDispose]: () => Promise.resolve(void present.delete(text)) };
  };
  const contexts = new NamedContexts({ receive }, patience);
  const send = (build: string, name: string, text: string): Promise<void> => contexts.add(build, name, tar(text), new AbortController().signal);
  return { contexts, present, send };
}

describe('contexts that are sent ahead', () => {
  it('are for one build, by name, and go with it', async () => {
    const { contexts, present, send } = rigOf();
    await send('one', 'files', 'a');
    await send('one', 'docker.io/library/base', 'b');
    await send('other', 'files', 'c');
    const taken = contexts.take('one');
    expect(Array.from(taken.byName, ([name, { tree }]) => `${name} ${tree.path}`)).toEqual(['files /a', 'docker.io/library/base /b']);
    expect(contexts.take('one').byName.size).toBe(0);
    await taken[Symbol.asyncDispose]();
    expect([...present]).toEqual(['c']);
    await contexts[Symbol.asyncDispose]();
    expect(present.size).toBe(0);
  });

  it('replace one of the same name', async () => {
    const { contexts, present, send } = rigOf();
    await send('one', 'files', 'a');
    await send('one', 'files', 'b');
    expect([...present]).toEqual(['b']);
    expect(contexts.take('one').byName.get('files')?.tree.path).toBe('/b');
  });

  it('go when their build does not come', async () => {
    const { present, send } = rigOf(20);
    await send('one', 'files', 'a');
    await expect.poll(() => present.size).toBe(0);
  });

  it('are so many at once, those that failed and those that were taken not counted', async () => {
    const { contexts, send } = rigOf();
    for (let count = 0; count < 70; count++) await expect(send('x', 'bad', 'bad')).rejects.toThrow('no archive');
    for (let count = 0; count < 64; count++) await send(`build-${count}`, 'files', `${count}`);
    await expect(send('more', 'files', 'x')).rejects.toMatchObject({ kind: 'Conflict' });
    contexts.take('build-0');
    await send('more', 'files', 'x');
  });

  it.each(['', 'context', 'dockerfile', '/x', '-x', 'a b', 'a'.repeat(300)])('cannot be called %j', async (name) => {
    const { send } = rigOf();
    await expect(send('one', name, 'a')).rejects.toMatchObject({ kind: 'InvalidArgument', message: expect.stringMatching(/^context name: /) as string });
  });
});
