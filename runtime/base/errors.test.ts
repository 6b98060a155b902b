import { expect, it } from 'vitest';
import { EngineError, firstOf, messageOf } from './errors.ts';

it('tells what failed first, not the clean-up that failed after it', () => {
  const first = new EngineError('TooLarge', 'first');
  const fail = (): void => {
    using stack = new DisposableStack();
    for (const text of ['third', 'second']) {
      stack.defer(() => {
        throw new Error(text);
      });
    }
    throw first;
  };
  expect(fail).toThrow(SuppressedError);
  try {
    fail();
  } catch (error) {
    expect([firstOf(error), messageOf(error)]).toEqual([first, 'first']);
  }
  expect([messageOf(first), messageOf('text')]).toEqual(['first', 'text']);
});
