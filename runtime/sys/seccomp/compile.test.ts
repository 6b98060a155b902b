import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_SUCH_CALL, returnValue } from './actions.ts';
import { callsOf, compileSeccomp } from './compile.ts';
import { DEFAULT_PROFILE } from './default-profile.ts';
import { ARM64_NUMBERS } from './numbers-arm64.ts';
import { X64_NUMBERS } from './numbers-x64.ts';
import { X86_NUMBERS } from './numbers-x86.ts';
import { parseProfile, type SeccompProfile } from './profile.ts';
import { type ProfileContext, resolveProfile } from './resolve.ts';

interface Call {
  readonly arch: number;
  readonly nr: number;
  readonly args: readonly bigint[];
}

const X64 = 0xc000003e;
const X86 = 0x40000003;
const ARM64 = 0xc00000b7;
const ALLOW = returnValue('SCMP_ACT_ALLOW', undefined);
const EPERM = returnValue('SCMP_ACT_ERRNO', 1);
const DOCKER_DEFAULTS = 'CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE';
const context: ProfileContext = {
  arch: 'amd64',
  kernel: { major: 6, minor: 18 },
  capabilities: new Set(DOCKER_DEFAULTS.split(' ').map((name) => `CAP_${name}`)),
};

/** Interprets the filter as the kernel does, and counts instructions. */
function run(filter: Uint8Array, call: Call): { value: number; steps: number } {
  const program = new DataView(filter.buffer, filter.byteOffset, filter.byteLength);
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, call.nr, true);
  data.setUint32(4, call.arch, true);
  call.args.forEach((value, index) => data.setBigUint64(16 + index * 8, value, true));
  let accumulator = 0;
  for (let pc = 0, steps = 1; ; pc++, steps++) {
    const [code, jt, jf, k] = [
      program.getUint16(pc * 8, true),
      program.getUint8(pc * 8 + 2),
      program.getUint8(pc * 8 + 3),
      program.getUint32(pc * 8 + 4, true),
    ];
    if (code === 0x20) accumulator = data.getUint32(k, true);
    else if (code === 0x54) accumulator = (accumulator & k) >>> 0;
    else if (code === 0x05) pc += k;
    else if (code === 0x15) pc += accumulator === k ? jt : jf;
    else if (code === 0x25) pc += accumulator > k ? jt : jf;
    else if (code === 0x35) pc += accumulator >= k ? jt : jf;
    else if (code === 0x06) return { value: k, steps };
    else throw new Error(`unknown instruction ${code.toString(16)}`);
  }
}

/** The meaning of a profile written down a second time, as plainly as possible. */
function reference(profile: SeccompProfile, numbers: typeof X64_NUMBERS, call: Call): number {
  const calls = callsOf(numbers);
  const name = calls.find(([number]) => number === call.nr)?.[1];
  const fallback = returnValue(profile.defaultAction, profile.defaultErrnoRet);
  if (call.nr > (calls.at(-1)?.[0] ?? 0)) return fallback === ALLOW ? ALLOW : NO_SUCH_CALL;
  const holds = ({ index, op, value, valueTwo }: SeccompProfile['syscalls'][number]['args'][number]): boolean => {
    const actual = call.args[index] ?? 0n;
    if (op === 'SCMP_CMP_EQ') return actual === value;
    if (op === 'SCMP_CMP_NE') return actual !== value;
    if (op === 'SCMP_CMP_LT') return actual < value;
    if (op === 'SCMP_CMP_LE') return actual <= value;
    if (op === 'SCMP_CMP_GT') return actual > value;
    if (op === 'SCMP_CMP_GE') return actual >= value;
    return (actual & value) === (valueTwo ?? 0n);
  };
  const decisions = resolveProfile(profile, context).get(name ?? '') ?? [];
  return decisions.find(({ args }) => args.every(holds))?.value ?? fallback;
}

const word = fc.oneof(
  fc.bigInt({ min: 0n, max: 70n }),
  fc.constantFrom(0x7e020000n, 0x20008n, 0xffffffffn, 0x100000000n, 0x1000000026n),
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
);
const args = fc.array(word, { minLength: 6, maxLength: 6 });

describe('compileSeccomp', () => {
  const filter = compileSeccomp(DEFAULT_PROFILE, context);
  const number = (name: string, numbers = X64_NUMBERS): number => callsOf(numbers).find((call) => call[1] === name)?.[0] ?? -1;
  const decide = (name: string, ...values: bigint[]): number => run(filter, { arch: X64, nr: number(name), args: values }).value;

  it('decides as the profile says for every number of every architecture', () => {
    for (const [arch, numbers] of [
      [X64, X64_NUMBERS],
      [X86, X86_NUMBERS],
    ] as const) {
      for (let nr = 0; nr < 600; nr++) {
        const call = { arch, nr, args: [0n, 0n, 0n, 0n, 0n, 0n] };
        expect([nr, run(filter, call).value]).toEqual([nr, reference(DEFAULT_PROFILE, numbers, call)]);
      }
    }
  });

  it('decides as the profile says for any arguments', () => {
    const conditional = ['socket', 'personality', 'clone'].map((name) => number(name));
    fc.assert(
      fc.property(fc.constantFrom(...conditional), args, (nr, values) => {
        const call = { arch: X64, nr, args: values };
        expect(run(filter, call).value).toBe(reference(DEFAULT_PROFILE, X64_NUMBERS, call));
      }),
      { numRuns: 2000 },
    );
  });

  it('compares 64-bit arguments by every operator', () => {
    const operators = ['SCMP_CMP_NE', 'SCMP_CMP_LT', 'SCMP_CMP_LE', 'SCMP_CMP_EQ', 'SCMP_CMP_GE', 'SCMP_CMP_GT', 'SCMP_CMP_MASKED_EQ'] as const;
    const argument = fc.record({ index: fc.integer({ min: 0, max: 5 }), op: fc.constantFrom(...operators), value: word, valueTwo: word });
    const rules = fc.array(fc.array(argument, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(rules, args, (lists, values) => {
        const profile: SeccompProfile = {
          defaultAction: 'SCMP_ACT_ERRNO',
          syscalls: lists.map((list, index) => ({ names: ['read'], action: 'SCMP_ACT_ERRNO', errnoRet: index + 2, args: list })),
        };
        const call = { arch: X64, nr: 0, args: values };
        expect(run(compileSeccomp(profile, context), call).value).toBe(reference(profile, X64_NUMBERS, call));
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses what escapes and lets ordinary programs be', () => {
    expect([decide('read'), decide('socket', 2n), decide('socket', 1n), decide('clone', 0x11n), decide('ptrace')]).toEqual(Array(5).fill(ALLOW));
    const refused = [
      'mount',
      'unshare',
      'setns',
      'bpf',
      'keyctl',
      'io_uring_setup',
      'userfaultfd',
      'perf_event_open',
      'open_by_handle_at',
      'fsopen',
      'kexec_load',
    ];
    expect(refused.map((name) => decide(name))).toEqual(refused.map(() => EPERM));
    expect([decide('socket', 38n), decide('socket', 40n), decide('clone', 0x10000000n)]).toEqual([EPERM, EPERM, EPERM]);
    expect(decide('clone3')).toBe(NO_SUCH_CALL);
  });

  it('opens the calls that a capability brings', () => {
    const admin = compileSeccomp(DEFAULT_PROFILE, { ...context, capabilities: new Set([...context.capabilities, 'CAP_SYS_ADMIN']) });
    expect(['mount', 'unshare', 'clone3'].map((name) => run(admin, { arch: X64, nr: number(name), args: [] }).value)).toEqual([ALLOW, ALLOW, ALLOW]);
  });

  it('answers x32 calls with ENOSYS and ends programs of a foreign architecture', () => {
    expect(run(filter, { arch: X64, nr: 0x40000000, args: [] }).value).toBe(NO_SUCH_CALL);
    expect(run(filter, { arch: ARM64, nr: 63, args: [] }).value).toBe(0x80000000);
  });

  it('knows 64-bit ARM', () => {
    const arm = compileSeccomp(DEFAULT_PROFILE, { ...context, arch: 'arm64' });
    expect([number('read', ARM64_NUMBERS), run(arm, { arch: ARM64, nr: 63, args: [] }).value]).toEqual([63, ALLOW]);
    expect(run(arm, { arch: ARM64, nr: number('mount', ARM64_NUMBERS), args: [] }).value).toBe(EPERM);
  });

  it('needs few instructions for any call', () => {
    const steps = callsOf(X64_NUMBERS).map(([nr]) => run(filter, { arch: X64, nr, args: [0n] }).steps);
    expect(Math.max(...steps)).toBeLessThan(30);
    expect(filter.length / 8).toBeLessThan(600);
  });
});

describe('parseProfile', () => {
  it('takes the forms that tools write', () => {
    const profile = parseProfile(
      '{"defaultAction":"SCMP_ACT_ERRNO","architectures":["SCMP_ARCH_X86_64"],"syscalls":[{"name":"read","action":"SCMP_ACT_ALLOW","args":null}]}',
    );
    expect(run(compileSeccomp(profile, context), { arch: X64, nr: 0, args: [] }).value).toBe(ALLOW);
  });

  it.each([
    ['{', /Decoding seccomp profile failed/],
    ['{"defaultAction":"SCMP_ACT_MAYBE"}', /defaultAction/],
    [
      '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW","args":[{"index":9,"value":1,"op":"SCMP_CMP_EQ"}]}]}',
      /args\.0\.index/,
    ],
  ])('names what is wrong in %s', (json, message) => {
    expect(() => parseProfile(json)).toThrow(message);
  });
});
