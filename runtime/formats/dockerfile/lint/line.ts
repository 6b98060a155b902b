import type { Instruction } from '../ast.ts';
import type { Sentence } from '../instructions/parse-instruction.ts';

/** An instruction as it was written and as it was understood. */
export interface Line {
  readonly sentence: Sentence;
  readonly instruction: Instruction;
}
