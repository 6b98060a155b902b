import { and, type Instruction, JUMP, type JumpCode, load, ret } from './assembler.ts';
import type { Decision } from './resolve.ts';

type Argument = Decision['args'][number];

/** Where a comparison goes on: behind itself, behind its argument, or behind the whole rule. */
type Label = 'next' | 'matched' | 'failed';
type Step = Instruction | { readonly jump: JumpCode; readonly k: number; readonly onTrue: Label; readonly onFalse: Label };

/** Offsets of an argument's halves in `struct seccomp_data`: the words come low half first on little endian machines. */
const lowWord = (index: number): number => 16 + index * 8;
const highWord = (index: number): number => lowWord(index) + 4;

const high = (value: bigint): number => Number(value >> 32n);
const low = (value: bigint): number => Number(value & 0xffffffffn);

function jump(code: JumpCode, k: number, onTrue: Label, onFalse: Label): Step {
  return { jump: code, k, onTrue, onFalse };
}

/** The comparison of one 64-bit argument by its halves. */
function compareSteps({ index, op, value, valueTwo }: Argument): Step[] {
  const highHalf = load(highWord(index));
  const lowHalf = load(lowWord(index));
  switch (op) {
    case 'SCMP_CMP_EQ':
      return [highHalf, jump(JUMP.equal, high(value), 'next', 'failed'), lowHalf, jump(JUMP.equal, low(value), 'matched', 'failed')];
    case 'SCMP_CMP_NE':
      return [highHalf, jump(JUMP.equal, high(value), 'next', 'matched'), lowHalf, jump(JUMP.equal, low(value), 'failed', 'matched')];
    case 'SCMP_CMP_MASKED_EQ': {
      const wanted = valueTwo ?? 0n;
      return [
        ...[highHalf, and(high(value)), jump(JUMP.equal, high(wanted), 'next', 'failed')],
        ...[lowHalf, and(low(value)), jump(JUMP.equal, low(wanted), 'matched', 'failed')],
      ];
    }
    case 'SCMP_CMP_GT':
    case 'SCMP_CMP_GE': {
      const decide = op === 'SCMP_CMP_GT' ? JUMP.greater : JUMP.greaterOrEqual;
      return [
        ...[highHalf, jump(JUMP.greater, high(value), 'matched', 'next'), jump(JUMP.equal, high(value), 'next', 'failed')],
        ...[lowHalf, jump(decide, low(value), 'matched', 'failed')],
      ];
    }
    case 'SCMP_CMP_LT':
    case 'SCMP_CMP_LE': {
      const decide = op === 'SCMP_CMP_LT' ? JUMP.greaterOrEqual : JUMP.greater;
      return [
        ...[highHalf, jump(JUMP.greater, high(value), 'failed', 'next'), jump(JUMP.equal, high(value), 'next', 'matched')],
        ...[lowHalf, jump(decide, low(value), 'failed', 'matched')],
      ];
    }
  }
}

/** One rule: every argument must match, then its value is returned; else it falls out at its end. */
function compileRule({ args, value }: Decision): Instruction[] {
  const blocks = args.map(compareSteps);
  const length = blocks.reduce((sum, block) => sum + block.length, 0) + 1;
  const program: Instruction[] = [];
  for (const block of blocks) {
    const end = program.length + block.length;
    for (const step of block) {
      const distance = (label: Label): number => ({ next: 0, matched: end - program.length - 1, failed: length - program.length - 1 })[label];
      program.push('jump' in step ? { code: step.jump, k: step.k, jt: distance(step.onTrue), jf: distance(step.onFalse) } : step);
    }
  }
  return [...program, ret(value)];
}

/** What happens to one system call: the first of its decisions whose arguments match, else the fallback. */
export function compileCall(decisions: readonly Decision[], fallback: number): Instruction[] {
  const program = decisions.flatMap(compileRule);
  return decisions.at(-1)?.args.length === 0 ? program : [...program, ret(fallback)];
}
