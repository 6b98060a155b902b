import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileDeviceProgram } from './device-program.ts';
import { type DeviceRule, deviceRules, ruleText } from './device-rules.ts';

/** Carries out the few eBPF instructions the programs use; throws on any other, and on a jump out of the program. */
function run(program: Uint8Array, context: readonly [number, number, number]): number {
  const view = new DataView(program.buffer);
  const registers = new Array<number>(11).fill(0);
  for (let at = 0; at * 8 < program.byteLength; at++) {
    const code = view.getUint8(at * 8);
    const dst = view.getUint8(at * 8 + 1) & 15;
    const src = view.getUint8(at * 8 + 1) >> 4;
    const offset = view.getInt16(at * 8 + 2, true);
    const immediate = view.getInt32(at * 8 + 4, true);
    const [left = 0, right = 0] = [registers[dst], registers[src]];
    if (code === 0x61) registers[dst] = context[offset / 4] ?? Number.NaN;
    else if (code === 0xb7) registers[dst] = immediate;
    else if (code === 0xbf) registers[dst] = right;
    else if (code === 0x54) registers[dst] = (left & immediate) >>> 0;
    else if (code === 0x74) registers[dst] = left >>> immediate;
    else if (code === 0x55) at += left === immediate ? 0 : offset;
    else if (code === 0x5d) at += left === right ? 0 : offset;
    else if (code === 0x95) return registers[0] ?? Number.NaN;
    else throw new Error(`unknown instruction ${code}`);
  }
  throw new Error('the program has no end');
}

const BITS = { m: 1, r: 2, w: 4 } as const;

function allowed(rules: readonly DeviceRule[], type: 'b' | 'c', major: number, minor: number, access: number): boolean {
  return rules.some(
    (rule) =>
      rule.type === type &&
      (rule.major ?? major) === major &&
      (rule.minor ?? minor) === minor &&
      Object.entries(BITS).every(([letter, bit]) => (access & bit) === 0 || rule.access.includes(letter)),
  );
}

const type = fc.constantFrom<'b' | 'c'>('b', 'c');
const small = fc.integer({ min: 0, max: 3 });
const rule: fc.Arbitrary<DeviceRule> = fc.record({
  type,
  major: fc.option(small),
  minor: fc.option(small),
  access: fc.subarray(['r', 'w', 'm'], { minLength: 1 }).map((letters) => letters.join('')),
});

describe('compileDeviceProgram', () => {
  it('answers as the rules do, for any rules and access', () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 8 }), type, small, small, fc.integer({ min: 1, max: 7 }), (rules, kind, major, minor, access) => {
        const context = [(access << 16) | (kind === 'b' ? 1 : 2), major, minor] as const;
        expect(run(compileDeviceProgram(rules), context)).toBe(allowed(rules, kind, major, minor, access) ? 1 : 0);
      }),
      { numRuns: 500 },
    );
  });

  it('denies everything without rules', () => {
    expect(run(compileDeviceProgram([]), [(7 << 16) | 2, 1, 3])).toBe(0);
  });
});

describe('deviceRules', () => {
  it('allows the standard devices, any mknod, and what was given', () => {
    const texts = deviceRules([{ type: 'b', major: 8, minor: 0, permissions: 'r' }]).map(ruleText);
    expect(texts).toEqual([
      'c *:* m',
      'b *:* m',
      'c 1:3 rwm',
      'c 1:5 rwm',
      'c 1:7 rwm',
      'c 1:8 rwm',
      'c 1:9 rwm',
      'c 5:0 rwm',
      'c 5:1 rwm',
      'c 5:2 rwm',
      'c 136:* rwm',
      'b 8:0 r',
    ]);
  });
});
