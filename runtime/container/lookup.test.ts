import { describe, expect, it } from 'vitest';
import { ContainerTable } from './lookup.ts';

const first = { id: 'ab12'.padEnd(64, '0'), name: 'web' };
const second = { id: 'ab34'.padEnd(64, '0'), name: 'ab12' };

function table(): ContainerTable<{ id: string; name: string }> {
  const made = new ContainerTable<{ id: string; name: string }>();
  made.add(first);
  made.add(second);
  return made;
}

describe('ContainerTable.find', () => {
  it('takes a full id, a name with or without slash and a unique prefix', () => {
    expect(table().find(first.id)).toBe(first);
    expect(table().find('web')).toBe(first);
    expect(table().find('/web')).toBe(first);
    expect(table().find('ab34')).toBe(second);
  });

  it('prefers a name over a prefix', () => {
    expect(table().find('ab12')).toBe(second);
  });

  it('refuses an ambiguous prefix and an unknown reference', () => {
    expect(() => table().find('ab')).toThrow('multiple IDs found with provided prefix: ab');
    expect(() => table().find('nope')).toThrow('No such container: nope');
    expect(() => table().find('')).toThrow('No such container: ');
  });

  it('forgets a removed container and follows a rename', () => {
    const made = table();
    const renamed = { ...first, name: 'new' };
    made.remove(first);
    made.add(renamed);
    expect(made.find('new')).toBe(renamed);
    expect(() => made.find('web')).toThrow('No such container: web');
  });
});
