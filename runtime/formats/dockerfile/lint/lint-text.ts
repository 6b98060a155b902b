import type { Dockerfile, Instruction, LintWarning } from '../ast.ts';
import type { Sentence } from '../instructions/parse-instruction.ts';
import { asCasing, keywordCasing } from './casing.ts';
import { defaultsOf, fromArguments, fromPlatform, stageNames } from './from.ts';
import type { Line } from './line.ts';
import { finding } from './settings.ts';
import { stageRules } from './stage.ts';
import { description, exposedPorts, legacyPairs, secretNames } from './values.ts';

/** The findings that a Dockerfile's text allows, in its order. */
export function lintText(file: Omit<Dockerfile, 'warnings'>, sentences: readonly Sentence[], instructions: readonly Instruction[]): LintWarning[] {
  if (file.checks.skip === 'all') return [];
  const lines = instructions.map((instruction, at): Line => ({ sentence: sentences[at] as Sentence, instruction }));
  const defaults = defaultsOf(file);
  const found = [...stageNames(file), ...keywordCasing(file.checks, lines), ...stageRules(file), ...lines.flatMap((line) => inLine(file, line, defaults))];
  return found.sort((one, other) => one.range.start.line - other.range.start.line);
}

function inLine(file: Omit<Dockerfile, 'warnings'>, line: Line, defaults: ReadonlyMap<string, string>): LintWarning[] {
  const { checks } = file;
  const { sentence, instruction } = line;
  const { range } = instruction;
  const common = [
    ...(sentence.line.hasEmptyContinuation ? finding(checks, 'NoEmptyContinuation', 'Empty continuation line', range) : []),
    ...description(checks, line),
  ];
  switch (instruction.kind) {
    case 'FROM':
      return [...common, ...asCasing(checks, line), ...fromPlatform(file, instruction), ...fromArguments(file, instruction, defaults)];
    case 'ARG':
      return [
        ...common,
        ...secretNames(
          checks,
          'ARG',
          instruction.args.map(({ key }) => key),
          instruction,
        ),
      ];
    case 'ENV':
      return [
        ...common,
        ...legacyPairs(checks, 'ENV', line),
        ...secretNames(
          checks,
          'ENV',
          instruction.pairs.map(({ key }) => key),
          instruction,
        ),
      ];
    case 'LABEL':
      return [...common, ...legacyPairs(checks, 'LABEL', line)];
    case 'MAINTAINER':
      return [...common, ...finding(checks, 'MaintainerDeprecated', 'Maintainer instruction is deprecated in favor of using label', range)];
    case 'EXPOSE':
      return [...common, ...exposedPorts(checks, instruction)];
    default:
      return common;
  }
}
