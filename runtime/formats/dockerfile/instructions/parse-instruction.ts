import { EngineError } from '../../../base/errors.ts';
import type { Heredoc, Instruction, Position } from '../ast.ts';
import { announcedHeredocs, readHeredoc } from '../heredoc.ts';
import { LineReader, type LogicalLine, linesOf } from '../lines.ts';
import { jsonStrings, splitFlags } from '../split.ts';
import { suggestion, syntaxError } from '../syntax-error.ts';
import { parseCommand, parseShell } from './commands.ts';
import { parseAdd, parseCopy } from './copy.ts';
import { parseFrom } from './from.ts';
import { parseHealthcheck } from './healthcheck.ts';
import { parseArg, parsePairs } from './key-values.ts';
import { parseOnbuild } from './onbuild.ts';
import { parseRun } from './run.ts';
import { type Statement, shown } from './statement.ts';
import { parseExpose, parseValue, parseVolume } from './values.ts';

const GRAMMARS: Readonly<Record<string, (statement: Statement) => Instruction>> = {
  ADD: parseAdd,
  ARG: parseArg,
  CMD: (statement) => parseCommand('CMD', statement),
  COPY: parseCopy,
  ENTRYPOINT: (statement) => parseCommand('ENTRYPOINT', statement),
  ENV: (statement) => parsePairs('ENV', statement),
  EXPOSE: parseExpose,
  FROM: parseFrom,
  HEALTHCHECK: parseHealthcheck,
  LABEL: (statement) => parsePairs('LABEL', statement),
  MAINTAINER: (statement) => parseValue('MAINTAINER', statement),
  ONBUILD: (statement) => parseOnbuild(statement, parseInstruction),
  RUN: parseRun,
  SHELL: parseShell,
  STOPSIGNAL: (statement) => parseValue('STOPSIGNAL', statement),
  USER: (statement) => parseValue('USER', statement),
  VOLUME: parseVolume,
  WORKDIR: (statement) => parseValue('WORKDIR', statement),
};

const WITH_HEREDOCS = new Set(['ADD', 'COPY', 'RUN']);

/** An instruction's text before its grammar. */
export interface Sentence {
  /** As it was written. */
  readonly keyword: string;
  readonly line: LogicalLine;
  readonly heredocs: readonly Heredoc[];
  readonly escape: '\\' | '`';
  /** One behind the instruction's last character, here-documents included. */
  readonly end: Position;
  /** Right above it, without their hashes. */
  readonly comments: readonly string[];
}

/** Takes what belongs to an instruction whose first part is `line`: its keyword, and its here-documents from `reader`. */
function readSentence(line: LogicalLine, reader: LineReader, escape: '\\' | '`', comments: readonly string[]): Sentence {
  const keyword = /^\S+/.exec(line.text)?.[0] ?? '';
  const heredocs: Heredoc[] = [];
  let end = line.positionAt(line.text.length);
  if (takesHeredocs(line.text)) {
    for (const announced of announcedHeredocs(line.text)) {
      const heredoc = readHeredoc(announced, reader);
      if (heredoc === undefined) throw syntaxError(`unterminated heredoc: no line is just ${JSON.stringify(shown(announced.name))}`, line.positionAt(0));
      heredocs.push(heredoc);
      end = { line: reader.lineNumber, column: announced.name.length + 1 };
    }
  }
  return { keyword, line, heredocs, escape, end, comments };
}

/** Applies an instruction's own grammar. Throws InvalidArgument with `details` `line` and `column`. */
export function understand({ keyword, line, heredocs, escape, end }: Sentence): Instruction {
  const name = keyword.toUpperCase();
  const grammar = Object.hasOwn(GRAMMARS, name) ? GRAMMARS[name] : undefined;
  const fail = (message: string, at = 0): never => {
    throw syntaxError(message, line.positionAt(at));
  };
  if (grammar === undefined) return fail(`unknown instruction: ${shown(keyword)}${suggestion(keyword, Object.keys(GRAMMARS))}`);
  const written = line.text.slice(keyword.length);
  const { flags, restAt } = splitFlags(written);
  return grammar({
    keyword: name,
    flags: flags.map((flag) => ({ text: flag.text, at: flag.at + keyword.length })),
    rest: written.slice(restAt).trim(),
    restAt: restAt + keyword.length,
    heredocs,
    escape,
    text: `${name}${written}`.trim(),
    range: { start: line.positionAt(0), end },
    fail,
  });
}

/** The instructions of a text behind its `skipped` first lines. Throws InvalidArgument for more than `limit`. */
export function readSentences(
  lines: readonly string[],
  escape: '\\' | '`',
  { limit, skipped = 0 }: { readonly limit: number; readonly skipped?: number },
): Sentence[] {
  const reader = new LineReader(lines, escape, skipped);
  const found: Sentence[] = [];
  for (let next = reader.nextLogical(); next !== undefined; next = reader.nextLogical()) {
    if (found.length === limit) throw syntaxError(`more than ${limit} instruction${limit === 1 ? '' : 's'}`, next.line.positionAt(0));
    found.push(readSentence(next.line, reader, escape, next.comments));
  }
  return found;
}

/**
 * One instruction by itself, with its here-documents behind it: what ONBUILD keeps in an image.
 * Throws InvalidArgument; lines count within the text.
 */
export function parseInstruction(text: string, escape: '\\' | '`'): Instruction {
  const [sentence] = readSentences(linesOf(text), escape, { limit: 1 });
  if (sentence === undefined) throw new EngineError('InvalidArgument', 'an instruction is missing');
  return understand(sentence);
}

function takesHeredocs(text: string): boolean {
  const [, keyword = '', rest = ''] = /^(\S+)\s*([^]*)$/.exec(text) ?? [];
  // ONBUILD behind ONBUILD is refused later.
  if (keyword.toUpperCase() === 'ONBUILD') return !/^ONBUILD\b/i.test(rest) && takesHeredocs(rest);
  if (!WITH_HEREDOCS.has(keyword.toUpperCase())) return false;
  return !Array.isArray(jsonStrings(rest.slice(splitFlags(rest).restAt)));
}
