import { expect, it } from 'vitest';
import { inOrder } from './boot-order.ts';

it('puts what is needed first, and gives up on nothing in a circle', () => {
  const needs: Record<string, string[]> = { app: ['db', 'net'], net: ['base'], one: ['two'], two: ['one'], self: ['self'] };
  const order = inOrder(['app', 'base', 'db', 'net', 'one', 'two', 'self'], (name) => needs[name] ?? []);
  expect(order).toEqual(['db', 'base', 'net', 'app', 'two', 'one', 'self']);
});
