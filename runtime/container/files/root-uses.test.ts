import { describe, expect, it } from 'vitest';
import { type OpenedRoot, RootUses } from './root-uses.ts';

function fixture() {
  const uses = new RootUses();
  const log: string[] = [];
  let made = 0;
  const make = (): Promise<OpenedRoot> => {
    const name = `view ${++made}`;
    log.push(`${name} opened`);
    return Promise.resolve({
      fd: made,
      pid: 1,
      [Symbol.asyncDispose]: () => {
        log.push(`${name} closed`);
        return Promise.resolve();
      },
    });
  };
  return { uses, log, make };
}

describe('RootUses', () => {
  it('gives one view to all who come while it is there, and makes another only after it is closed', async () => {
    const { uses, log, make } = fixture();
    const one = await uses.share(make);
    const two = await uses.share(make);
    expect(two.fd).toBe(one.fd);
    await one[Symbol.asyncDispose]();
    await one[Symbol.asyncDispose]();
    expect(log).toEqual(['view 1 opened']);
    const closing = two[Symbol.asyncDispose]();
    const three = await uses.share(make);
    await closing;
    expect(log).toEqual(['view 1 opened', 'view 1 closed', 'view 2 opened']);
    await three[Symbol.asyncDispose]();
  });

  it('can be used again after a view could not be made', async () => {
    const { uses, make } = fixture();
    await expect(uses.share(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await uses.vacate(['writer', 'reader'], 10_000, 'unused');
    await using use = await uses.share(make);
    expect(use.fd).toBe(1);
  });

  it('waits for a use, and ends it when it takes too long', async () => {
    const { uses, make } = fixture();
    const quick = uses.own(await make(), 'writer');
    const vacated = uses.vacate(['writer', 'reader'], 10_000, 'unused');
    await quick[Symbol.asyncDispose]();
    await vacated;
    expect(quick.signal.aborted).toBe(false);

    const reader = uses.own(await make(), 'reader');
    await uses.vacate(['writer'], 0, 'a start need not wait for it');
    expect(reader.signal.aborted).toBe(false);

    const slow = uses.own(await make(), 'writer');
    slow.signal.addEventListener('abort', () => void slow[Symbol.asyncDispose]());
    await uses.vacate(['writer'], 1, 'needed');
    expect(slow.signal.reason).toMatchObject({ kind: 'Conflict', message: 'needed' });
  });
});
