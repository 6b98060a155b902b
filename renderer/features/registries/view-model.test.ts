import { describe, expect, it } from 'vitest';
import type { RegistryRow } from '../../../electron/ipc/contract/registries.ts';
import { hostOf, isHost, isRemovable, listedRegistries } from './view-model.ts';

const row = (host: string, change: Partial<RegistryRow> = {}): RegistryRow => ({
  host,
  username: '',
  keeper: 'none',
  helper: '',
  added: false,
  insecure: false,
  mirrors: [],
  ...change,
});

describe('an address', () => {
  it.each([
    [' https://registry.example:5000/ ', 'registry.example:5000', true],
    ['localhost:5000', 'localhost:5000', true],
    ['[::1]:5000', '[::1]:5000', true],
    ['registry.example/team', 'registry.example/team', false],
    ['', '', false],
    ['a b', 'a b', false],
  ])('%j', (text, host, valid) => expect([hostOf(text), isHost(hostOf(text))]).toEqual([host, valid]));
});

describe('the list', () => {
  const rows = [row('docker.io', { username: 'zoe' }), row('b10.example'), row('b9.example', { username: 'me', added: true })];
  it('keeps its order, sorts as people count, and filters by address and user', () => {
    expect(listedRegistries(rows, '', { column: 'created', descending: true })).toEqual(['docker.io', 'b10.example', 'b9.example']);
    expect(listedRegistries(rows, '', { column: 'host', descending: false })).toEqual(['b9.example', 'b10.example', 'docker.io']);
    expect(listedRegistries(rows, 'ME exam', { column: 'host', descending: true })).toEqual(['b9.example']);
    expect(listedRegistries(rows, 'zoe', { column: 'host', descending: true })).toEqual(['docker.io']);
  });

  it('lets nothing be removed that is only known of', () => {
    expect(rows.map(isRemovable)).toEqual([false, false, true]);
    expect(isRemovable(row('docker.io', { keeper: 'docker' }))).toBe(true);
  });
});
