import type { DeviceRule } from './device-rules.ts';

/** bpf(2), `struct bpf_insn`: u8 code, u4 dst, u4 src, s16 offset, s32 immediate. */
interface Instruction {
  readonly code: number;
  readonly dst: number;
  readonly src?: number;
  readonly offset?: number;
  readonly immediate?: number;
}

/** `struct bpf_cgroup_dev_ctx`: u32 access_type (access << 16 | type), u32 major, u32 minor. */
const TYPE = { b: 1, c: 2 } as const;
const ACCESS: Readonly<Record<string, number>> = { m: 1, r: 2, w: 4 };

const LOAD_WORD = 0x61;
const MOVE = 0xb7;
const MOVE_REGISTER = 0xbf;
const AND = 0x54;
const SHIFT_RIGHT = 0x74;
const JUMP_NOT_EQUAL = 0x55;
const JUMP_NOT_EQUAL_REGISTER = 0x5d;
const EXIT = 0x95;

const [CONTEXT, RESULT, KIND, WANTED, MAJOR, MINOR, REST] = [1, 0, 2, 3, 4, 5, 6] as const;

/** A BPF_PROG_TYPE_CGROUP_DEVICE program that answers 1 for what some rule allows entirely and 0 for the rest. Pure. */
export function compileDeviceProgram(rules: readonly DeviceRule[]): Uint8Array {
  return encode([
    { code: LOAD_WORD, dst: KIND, src: CONTEXT, offset: 0 },
    { code: MOVE_REGISTER, dst: WANTED, src: KIND },
    { code: AND, dst: KIND, immediate: 0xffff },
    { code: SHIFT_RIGHT, dst: WANTED, immediate: 16 },
    { code: LOAD_WORD, dst: MAJOR, src: CONTEXT, offset: 4 },
    { code: LOAD_WORD, dst: MINOR, src: CONTEXT, offset: 8 },
    ...rules.flatMap(compileRule),
    { code: MOVE, dst: RESULT, immediate: 0 },
    { code: EXIT, dst: 0 },
  ]);
}

function compileRule(rule: DeviceRule): Instruction[] {
  const access = [...rule.access].reduce((mask, letter) => mask | (ACCESS[letter] ?? 0), 0);
  const tests: Instruction[] = [
    { code: JUMP_NOT_EQUAL, dst: KIND, immediate: TYPE[rule.type] },
    // Every wanted bit must be among the allowed ones.
    ...(access === 7
      ? []
      : [
          { code: MOVE_REGISTER, dst: REST, src: WANTED },
          { code: AND, dst: REST, immediate: access },
          { code: JUMP_NOT_EQUAL_REGISTER, dst: REST, src: WANTED },
        ]),
    ...(rule.major === null ? [] : [{ code: JUMP_NOT_EQUAL, dst: MAJOR, immediate: rule.major }]),
    ...(rule.minor === null ? [] : [{ code: JUMP_NOT_EQUAL, dst: MINOR, immediate: rule.minor }]),
  ];
  const block = [...tests, { code: MOVE, dst: RESULT, immediate: 1 }, { code: EXIT, dst: 0 }];
  return block.map((instruction, at) => (isJump(instruction) ? { ...instruction, offset: block.length - at - 1 } : instruction));
}

function isJump({ code }: Instruction): boolean {
  return code === JUMP_NOT_EQUAL || code === JUMP_NOT_EQUAL_REGISTER;
}

function encode(instructions: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(instructions.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [at, { code, dst, src = 0, offset = 0, immediate = 0 }] of instructions.entries()) {
    view.setUint8(at * 8, code);
    view.setUint8(at * 8 + 1, dst | (src << 4));
    view.setInt16(at * 8 + 2, offset, true);
    view.setInt32(at * 8 + 4, immediate, true);
  }
  return bytes;
}
