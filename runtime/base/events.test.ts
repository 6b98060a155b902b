import { describe, expect, it } from 'vitest';
import { EventBus } from './events.ts';

const actions = (bus: EventBus): string[] => bus.past().map(({ action }) => action);

describe('EventBus', () => {
  it('keeps the newest events', () => {
    const bus = new EventBus(() => 1n, 3);
    for (const action of ['a', 'b', 'c', 'd']) bus.publish('container', action, 'id');
    expect(actions(bus)).toEqual(['b', 'c', 'd']);
  });

  it('keeps fewer of big ones, but always the last', () => {
    const bus = new EventBus(() => 1n, 1000);
    for (let index = 0; index < 10; index++) bus.publish('container', `${index}`, 'id', { label: 'x'.repeat(1024 * 1024) });
    expect(actions(bus)).toEqual(['7', '8', '9']);
    bus.publish('container', 'huge', 'id', { label: 'x'.repeat(5 * 1024 * 1024) });
    expect(actions(bus)).toEqual(['huge']);
    bus.publish('container', 'small', 'id');
    expect(actions(bus)).toEqual(['small']);
  });

  it('gives each a later time, also at the same moment, and follows a clock that is set back', () => {
    const times = [5n, 5n, 4n, 10_000_000_000n, 6n];
    const bus = new EventBus(() => times.shift() ?? 0n);
    for (const action of ['a', 'b', 'c', 'd', 'e']) bus.publish('container', action, 'id');
    expect(bus.past().map(({ timeNano }) => timeNano)).toEqual([5n, 6n, 7n, 10_000_000_000n, 6n]);
  });

  it('tells listeners until they leave', () => {
    const bus = new EventBus(() => 1n);
    const heard: string[] = [];
    const subscription = bus.subscribe(({ action }) => heard.push(action));
    bus.publish('image', 'load', 'id');
    subscription[Symbol.dispose]();
    subscription[Symbol.dispose]();
    bus.publish('image', 'tag', 'id');
    expect(heard).toEqual(['load']);
  });
});
