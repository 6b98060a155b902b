import { KILL_PROCESS, NO_SUCH_CALL, returnValue } from './actions.ts';
import { assemble, branch, type Instruction, JUMP, load, ret } from './assembler.ts';
import { compileCall } from './compile-call.ts';
import { ARM64_NUMBERS } from './numbers-arm64.ts';
import { X64_NUMBERS } from './numbers-x64.ts';
import { X86_NUMBERS } from './numbers-x86.ts';
import type { SeccompProfile } from './profile.ts';
import { type Decision, type ProfileContext, resolveProfile } from './resolve.ts';

/** Offsets in `struct seccomp_data`. */
const NR = 0;
const ARCH = 4;

/** AUDIT_ARCH_* of linux/audit.h with the calls of each, by what a 64-bit kernel can run. */
const ARCHITECTURES = {
  amd64: [
    { audit: 0xc000003e, numbers: X64_NUMBERS },
    { audit: 0x40000003, numbers: X86_NUMBERS },
  ],
  arm64: [{ audit: 0xc00000b7, numbers: ARM64_NUMBERS }],
} as const;

interface Range {
  readonly first: number;
  readonly program: readonly Instruction[];
}

/** Neighbours that end alike become one range, so that most numbers need no node of their own. */
function rangesOf(numbers: readonly (readonly [number, string])[], decisions: ReadonlyMap<string, readonly Decision[]>, fallback: number): Range[] {
  const ranges: Range[] = [];
  const add = (first: number, program: readonly Instruction[]): void => {
    const last = ranges.at(-1);
    if (last === undefined || JSON.stringify(last.program) !== JSON.stringify(program)) ranges.push({ first, program });
  };
  let next = 0;
  for (const [number, name] of numbers) {
    if (number > next) add(next, [ret(fallback)]);
    add(number, compileCall(decisions.get(name) ?? [], fallback));
    next = number + 1;
  }
  // What is newer than this table is not there, so that a C library falls back instead of failing.
  add(next, [ret(fallback === returnValue('SCMP_ACT_ALLOW', undefined) ? fallback : NO_SUCH_CALL)]);
  return ranges;
}

/** A balanced tree: seven or eight comparisons for any number, where a list takes hundreds. */
function compileTree(ranges: readonly Range[]): Instruction[] {
  const middle = ranges.length >> 1;
  const pivot = ranges[middle];
  if (pivot === undefined || middle === 0) return [...(ranges[0]?.program ?? [])];
  return branch(JUMP.greaterOrEqual, pivot.first, compileTree(ranges.slice(middle)), compileTree(ranges.slice(0, middle)));
}

/** Every call of one architecture as [number, name], ascending. */
export function callsOf(runs: readonly (readonly [first: number, names: string])[]): (readonly [number, string])[] {
  return runs.flatMap(([first, names]) => names.split(/\s+/).map((name, index) => [first + index, name] as const));
}

/**
 * Compiles a profile to `struct sock_filter[]`. Pure. Calls through the x32 ABI (numbers from 0x40000000 on) are
 * answered with ENOSYS like any unknown number; an architecture the profile does not cover kills the process.
 */
export function compileSeccomp(profile: SeccompProfile, context: ProfileContext): Uint8Array {
  const decisions = resolveProfile(profile, context);
  const fallback = returnValue(profile.defaultAction, profile.defaultErrnoRet);
  const program = ARCHITECTURES[context.arch].toReversed().reduce<Instruction[]>(
    (otherwise, { audit, numbers }) => {
      const tree = compileTree(rangesOf(callsOf(numbers), decisions, fallback));
      return branch(JUMP.equal, audit, [load(NR), ...tree], otherwise);
    },
    [ret(KILL_PROCESS)],
  );
  return assemble([load(ARCH), ...program]);
}
