import { expect, it } from 'vitest';
import type { MenuCommand } from '../ipc/contract/app-commands.ts';
import { Desk } from './desk.ts';

const RUN: MenuCommand = { id: 'container.run', title: 'Run', keys: '', menu: 'file' };

it('tells what a page can do once, and keeps it for the next page', () => {
  const told: unknown[] = [];
  const desk = new Desk((commands) => told.push(commands));
  desk.attach([RUN], () => undefined).detach();
  desk.attach([{ ...RUN }], () => undefined);
  expect(told).toEqual([[RUN]]);
  desk.attach([{ ...RUN, title: 'Los' }], () => undefined);
  expect(told).toHaveLength(2);
});

it('asks the page that is there, or the next one, and never for more than a few', () => {
  const desk = new Desk(() => undefined);
  for (let count = 1; count <= 20; count++) desk.ask({ command: `c${count}` });
  const asked: unknown[] = [];
  const page = desk.attach([], (what) => asked.push(what));
  expect(asked).toHaveLength(8);
  expect(asked.at(-1)).toEqual({ number: 20, asked: { command: 'c20' } });
  desk.ask({ show: '/images' });
  expect(asked.at(-1)).toEqual({ number: 21, asked: { show: '/images' } });
  page.detach();
  desk.ask({ command: 'later' });
  expect(asked).toHaveLength(9);
});

it('asks the next page for what the last one has not done, and for nothing twice', () => {
  const desk = new Desk(() => undefined);
  const first = desk.attach([], () => undefined);
  desk.ask({ command: 'done' });
  desk.ask({ command: 'lost' });
  first.took(1);
  first.took(99);
  first.detach();
  const asked: unknown[] = [];
  desk.attach([], (what) => asked.push(what)).took(2);
  expect(asked).toEqual([{ number: 2, asked: { command: 'lost' } }]);
  desk.attach([], (what) => asked.push(what));
  expect(asked).toHaveLength(1);
});

it('is not left by a page that ends after the next one came', () => {
  const desk = new Desk(() => undefined);
  const asked: unknown[] = [];
  const first = desk.attach([], () => undefined);
  desk.attach([], (what) => asked.push(what));
  first.detach();
  desk.ask({ command: 'x' });
  expect(asked).toEqual([{ number: 1, asked: { command: 'x' } }]);
});
