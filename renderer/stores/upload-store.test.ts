import { describe, expect, it } from 'vitest';
import { FakeTransport } from '../testkit/fake-transport.ts';
import { createUploads } from './upload-store.ts';

function uploading(files: number) {
  const transport = new FakeTransport({ 'file.makeDirectory': () => null });
  const uploads = createUploads(transport, { of: 'container', id: 'a' });
  let told = 0;
  uploads.subscribe(() => told++);
  uploads.add(
    '/w',
    Array.from({ length: files }, (_, at) => ({ path: `folder/${at}`, content: new Blob([String(at)]) })),
  );
  const sent = () => transport.streams.filter(({ name }) => name === 'file.write');
  const states = () => uploads.getState().map(({ state }) => state);
  return { transport, uploads, sent, states, told: () => told };
}

describe('uploads', () => {
  it('are sent one after another, and told once for each', async () => {
    const { transport, uploads, sent, states, told } = uploading(20);
    for (let at = 1; at <= 20; at++) {
      await expect.poll(() => sent().length).toBe(at);
      const before = uploads.getState();
      sent()[at - 1]?.push({ written: String(at - 1).length });
      expect(uploads.getState()).toBe(before);
      sent()[at - 1]?.end();
    }
    await expect.poll(states).toEqual(Array.from({ length: 20 }, () => 'done'));
    expect(transport.requests.filter(({ name }) => name === 'file.makeDirectory')).toHaveLength(1);
    expect(told()).toBeLessThan(25);
    uploads.dismissAll();
    expect(uploads.getState()).toEqual([]);
  });
  it('leave the rows alone that have not changed', async () => {
    const { uploads, sent } = uploading(3);
    await expect.poll(() => sent().length).toBe(1);
    const [, , last] = uploads.getState();
    sent()[0]?.end();
    await expect.poll(() => sent().length).toBe(2);
    expect(uploads.getState()[2]).toBe(last);
  });
  it('are canceled all at once, the one under way too, and others can follow', async () => {
    const { uploads, sent, states } = uploading(5);
    await expect.poll(() => sent().length).toBe(1);
    uploads.dismissAll();
    expect(uploads.getState()).toHaveLength(5);
    uploads.cancelAll();
    await expect.poll(states).toEqual(Array.from({ length: 5 }, () => 'canceled'));
    expect(sent().map(({ closed }) => closed)).toEqual([true]);
    uploads.add('/w', [{ path: 'x', content: new Blob(['x']) }]);
    await expect.poll(() => sent().length).toBe(2);
    sent()[1]?.end();
    await expect.poll(() => states().at(-1)).toBe('done');
  });
  it('make folders that have nothing in them, and tell of what cannot be sent without trying it', async () => {
    const { transport, uploads, states, sent } = uploading(0);
    uploads.add('/w', [
      { path: 'top/empty', content: null },
      { path: 'top/bad', content: null, failure: 'not UTF-8' },
    ]);
    await expect.poll(states).toEqual(['done', 'failed']);
    expect(uploads.getState()[1]?.error).toBe('not UTF-8');
    expect(transport.requests.map(({ params }) => params)).toMatchObject([{ path: '/w/top' }, { path: '/w/top/empty' }]);
    expect(sent()).toEqual([]);
  });
});
