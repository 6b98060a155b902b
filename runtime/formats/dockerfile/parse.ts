import { EngineError } from '../../base/errors.ts';
import type { Dockerfile, Instruction, Stage } from './ast.ts';
import { readDirectives } from './directives.ts';
import { readSentences, understand } from './instructions/parse-instruction.ts';
import { linesOf } from './lines.ts';
import { lintText } from './lint/lint-text.ts';
import { lintSettings } from './lint/settings.ts';
import { syntaxError } from './syntax-error.ts';

const MAX_BYTES = 2 * 1024 * 1024;
const MAX_LINES = 100_000;
const MAX_LINE = 65_535;
const MAX_INSTRUCTIONS = 10_000;

export interface ParseOptions {
  /** For messages. */
  readonly fileName: string;
  /** Goes before the file's `# check=` directive. */
  readonly checks?: string;
}

/**
 * A Dockerfile by the grammar of BuildKit's frontend 1.12 and later: directives, here-documents, every instruction and flag.
 * At most 2 MiB, 100,000 lines, 10,000 instructions and 65,535 characters a line. Throws InvalidArgument in BuildKit's words; where a place is to
 * blame, `details` has `line` and `column`.
 */
export function parseDockerfile(source: string | Uint8Array, options: ParseOptions): Dockerfile {
  const text = textOf(source, options.fileName);
  if (text === '') throw new EngineError('InvalidArgument', 'the Dockerfile cannot be empty', { details: { line: 1, column: 1 } });
  const lines = linesOf(text);
  if (lines.length > MAX_LINES) throw syntaxError(`more than ${MAX_LINES} lines`, { line: MAX_LINES + 1, column: 1 });
  const long = lines.findIndex((line) => line.length > MAX_LINE);
  if (long >= 0) throw syntaxError(`dockerfile line greater than max allowed size of ${MAX_LINE}`, { line: long + 1, column: MAX_LINE + 1 });
  const { escape, syntax, check, lines: skipped } = readDirectives(lines);
  const checks = lintSettings(options.checks ?? check ?? '');
  const sentences = readSentences(lines, escape, { limit: MAX_INSTRUCTIONS, skipped });
  if (sentences.length === 0) throw new EngineError('InvalidArgument', 'file with no instructions', { details: { line: 1, column: 1 } });
  const instructions = sentences.map(understand);
  const found = { escape, ...(syntax === undefined ? {} : { syntax }), ...staged(instructions), checks, text };
  return { ...found, warnings: lintText(found, sentences, instructions) };
}

function textOf(source: string | Uint8Array, fileName: string): string {
  if (source.length > MAX_BYTES) throw new EngineError('InvalidArgument', `${fileName} is larger than ${MAX_BYTES} bytes`);
  const text = (typeof source === 'string' ? source : new TextDecoder().decode(source)).replace(/^\uFEFF/, '');
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    const before = text.slice(0, nul).split('\n');
    throw syntaxError('a NUL byte: this is no text', { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 });
  }
  return text;
}

function staged(instructions: readonly Instruction[]): Pick<Dockerfile, 'globalArgs' | 'stages'> {
  const globalArgs: (Instruction & { readonly kind: 'ARG' })[] = [];
  const stages: (Stage & { readonly instructions: Instruction[] })[] = [];
  for (const instruction of instructions) {
    if (instruction.kind === 'FROM') {
      const name = instruction.name?.toLowerCase();
      stages.push({ from: instruction, index: stages.length, ...(name === undefined ? {} : { name }), instructions: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (stage !== undefined) stage.instructions.push(instruction);
    else if (instruction.kind === 'ARG') globalArgs.push(instruction);
    else throw syntaxError(`no build stage in current context: ${instruction.kind} must come behind a FROM`, instruction.range.start);
  }
  return { globalArgs, stages };
}
