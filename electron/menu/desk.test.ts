import { expect, it } from 'vitest';
import type { MenuCommand } from '../ipc/contract/app-commands.ts';
import { Desk } from './desk.ts';

const RUN: MenuCommand = { id: 'container.run', title: 'Run', keys: '', menu: 'file' };

it('tells what a page can do once, and keeps it for the next page', () => {
  const told: unknown[] = [];
  const desk = new Desk((commands) => told.push(commands));
  const detach = desk.attach([RUN], () => undefined);
  detach();
  desk.attach([{ ...RUN }], () => undefined);
  expect(told).toEqual([[RUN]]);
  desk.attach([{ ...RUN, title: 'Los' }], () => undefined);
  expect(told).toHaveLength(2);
});

it('asks the page that is there, or the next one, and never for more than a few', () => {
  const desk = new Desk(() => undefined);
  for (let count = 0; count < 20; count++) desk.ask({ command: `c${count}` });
  const asked: unknown[] = [];
  const detach = desk.attach([], (what) => asked.push(what));
  expect(asked).toHaveLength(8);
  expect(asked.at(-1)).toEqual({ command: 'c19' });
  desk.ask({ show: '/images' });
  expect(asked.at(-1)).toEqual({ show: '/images' });
  detach();
  desk.ask({ command: 'later' });
  expect(asked).toHaveLength(9);
});

it('is not left by a page that ends after the next one came', () => {
  const desk = new Desk(() => undefined);
  const asked: unknown[] = [];
  const detachFirst = desk.attach([], () => undefined);
  desk.attach([], (what) => asked.push(what));
  detachFirst();
  desk.ask({ command: 'x' });
  expect(asked).toEqual([{ command: 'x' }]);
});
