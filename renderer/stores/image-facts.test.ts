import { describe, expect, it } from 'vitest';
import type { ImageRow } from '../../runtime/api/types/feed.ts';
import { RequestError } from '../engine/transport.ts';
import { FakeTransport } from '../testkit/fake-transport.ts';
import { checkableNames, createImageFacts, updatedNames } from './image-facts.ts';

const row = (tags: readonly string[], digests: readonly string[]): ImageRow => ({
  id: 'sha256:1',
  tags,
  digests,
  createdAt: 0,
  size: 0,
  usedBy: [],
  command: '',
});

describe('updates', () => {
  const web = row(['web:1', 'web:latest', 'mine:1'], ['web@sha256:a']);

  it('are looked for under names that came from a registry', () => {
    expect(checkableNames(web)).toEqual(['web:1', 'web:latest']);
    expect(checkableNames(row(['reg:5000/web'], ['reg:5000/web@sha256:a']))).toEqual(['reg:5000/web']);
  });

  it('are names that stand for something else by now, and not those that could not be asked', async () => {
    const transport = new FakeTransport({
      'registry.digests': ({ names }) => ({
        results: names.map((name) => ({
          name,
          digest: name === 'web:1' ? 'sha256:b' : name === 'web:latest' ? 'sha256:a' : '',
          failure: name === 'down:1' ? { message: 'no answer', status: 503 } : null,
        })),
      }),
    });
    const facts = createImageFacts(transport);
    expect(await facts.check([web, row(['down:1'], ['down@sha256:c'])])).toEqual({ updates: 1, failed: 1 });
    expect(updatedNames(web, facts.getState().remote)).toEqual(['web:1']);
    expect(facts.getState().checking).toBe(false);
    // Pulled in the meantime.
    expect(updatedNames(row(['web:1'], ['web@sha256:a', 'web@sha256:b']), facts.getState().remote)).toEqual([]);
  });

  it('are asked for in pieces, and a failure does not leave the mark that it is at work', async () => {
    const transport = new FakeTransport({ 'registry.digests': ({ names }) => ({ results: names.map((name) => ({ name, digest: '', failure: null })) }) });
    const many = Array.from({ length: 120 }, (_, index) => row([`a${index}:1`], [`a${index}@sha256:a`]));
    await createImageFacts(transport).check(many);
    expect(transport.requests).toHaveLength(3);
    const broken = createImageFacts(new FakeTransport({ 'registry.digests': () => Promise.reject(new RequestError('down', 0)) }));
    await expect(broken.check([web])).rejects.toThrow('down');
    expect(broken.getState().checking).toBe(false);
  });

  it('come from the shell too while the window is seen', () => {
    const transport = new FakeTransport();
    const page = { seen: true, tell: () => undefined as void };
    const facts = createImageFacts(transport, { visible: () => page.seen, subscribe: (listener) => ((page.tell = listener), () => undefined) });
    const stop = facts.start();
    const stream = transport.stream('image.remote');
    stream.push({ remote: [['web:1', 'sha256:b']] });
    expect(updatedNames(web, facts.getState().remote)).toEqual(['web:1']);
    page.seen = false;
    page.tell();
    expect(stream.closed).toBe(true);
    stop();
  });
});
