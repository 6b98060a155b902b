/**
 * Classic BPF as seccomp(2) takes it: `struct sock_filter { u16 code; u8 jt; u8 jf; u32 k }`, jumps forward only,
 * conditional ones by at most 255 instructions.
 */
export interface Instruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

const LD_W_ABS = 0x20;
const ALU_AND_K = 0x54;
const JMP_JA = 0x05;
const RET_K = 0x06;
/** Conditional jumps against a constant. */
export const JUMP = { equal: 0x15, greater: 0x25, greaterOrEqual: 0x35 } as const;
export type JumpCode = (typeof JUMP)[keyof typeof JUMP];

const MAX_INSTRUCTIONS = 4096;
const MAX_OFFSET = 255;

/** Loads a 32-bit word of `struct seccomp_data`. */
export function load(offset: number): Instruction {
  return { code: LD_W_ABS, jt: 0, jf: 0, k: offset };
}

export function and(mask: number): Instruction {
  return { code: ALU_AND_K, jt: 0, jf: 0, k: mask };
}

/** Ends the program with a seccomp action. */
export function ret(value: number): Instruction {
  return { code: RET_K, jt: 0, jf: 0, k: value };
}

/** `onFalse` directly behind the jump, then `onTrue`; goes through an unconditional jump where the distance is too far. */
export function branch(code: JumpCode, k: number, onTrue: readonly Instruction[], onFalse: readonly Instruction[]): Instruction[] {
  if (onFalse.length <= MAX_OFFSET) return [{ code, jt: onFalse.length, jf: 0, k }, ...onFalse, ...onTrue];
  return [{ code, jt: 0, jf: 1, k }, { code: JMP_JA, jt: 0, jf: 0, k: onFalse.length }, ...onFalse, ...onTrue];
}

/** Bytes for the kernel of this machine (little endian on every supported architecture). Throws when there are too many. */
export function assemble(program: readonly Instruction[]): Uint8Array {
  if (program.length > MAX_INSTRUCTIONS) throw new Error(`seccomp filter of ${program.length} instructions: the kernel takes ${MAX_INSTRUCTIONS}`);
  const bytes = new DataView(new ArrayBuffer(program.length * 8));
  program.forEach(({ code, jt, jf, k }, index) => {
    bytes.setUint16(index * 8, code, true);
    bytes.setUint8(index * 8 + 2, jt);
    bytes.setUint8(index * 8 + 3, jf);
    bytes.setUint32(index * 8 + 4, k >>> 0, true);
  });
  return new Uint8Array(bytes.buffer);
}
