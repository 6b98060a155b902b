import { describe, expect, it } from 'vitest';
import { capabilityMask, capabilityNames, DEFAULT_CAPABILITIES } from './capabilities.ts';

const EVERY = (1n << 41n) - 1n;
const mask = (add: string[], drop: string[] = [], available = EVERY) => capabilityMask(add, drop, available);

describe('capabilityMask', () => {
  it('is Docker’s default', () => {
    expect(DEFAULT_CAPABILITIES).toBe(0xa80425fbn);
    expect(mask([])).toBe(0xa80425fbn);
  });

  it('adds and drops by name with or without prefix in any case', () => {
    expect(capabilityNames(mask(['net_admin'], ['CAP_CHOWN']) ^ DEFAULT_CAPABILITIES)).toEqual(['CAP_CHOWN', 'CAP_NET_ADMIN']);
  });

  it('knows all', () => {
    expect(mask(['ALL'])).toBe(EVERY);
    expect(mask([], ['all'])).toBe(0n);
    expect(capabilityNames(mask(['CHOWN'], ['ALL']))).toEqual(['CAP_CHOWN']);
    expect(mask(['ALL'], ['SYS_ADMIN'])).toBe(EVERY & ~(1n << 21n));
  });

  it('never exceeds what the engine has', () => {
    expect(mask(['ALL'], [], 3n)).toBe(3n);
    expect(mask([], [], 1n)).toBe(1n);
    expect(() => mask(['SYS_RESOURCE'], [], EVERY & ~(1n << 24n))).toThrow('CapAdd: this engine itself lacks CAP_SYS_RESOURCE');
  });

  it('refuses unknown names', () => {
    expect(() => mask(['FLY'])).toThrow('invalid CapAdd: unknown capability: "CAP_FLY"');
    expect(() => mask([], ['FLY'])).toThrow('invalid CapDrop: unknown capability: "CAP_FLY"');
  });
});
