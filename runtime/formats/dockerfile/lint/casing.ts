import type { LintSettings, LintWarning } from '../ast.ts';
import type { Line } from './line.ts';
import { finding } from './settings.ts';

/** ConsistentInstructionCasing: as most keywords are that are not mixed in themselves; a draw counts as capitals. */
export function keywordCasing(settings: LintSettings, lines: readonly Line[]): LintWarning[] {
  const keywords = lines.map(({ sentence }) => sentence.keyword);
  const small = keywords.filter((keyword) => keyword === keyword.toLowerCase()).length;
  const capital = keywords.filter((keyword) => keyword === keyword.toUpperCase()).length;
  const [wanted, of] =
    small > capital ? (['lowercase', (text: string) => text.toLowerCase()] as const) : (['uppercase', (text: string) => text.toUpperCase()] as const);
  return lines.flatMap(({ sentence, instruction }) =>
    sentence.keyword === of(sentence.keyword)
      ? []
      : finding(
          settings,
          'ConsistentInstructionCasing',
          `Command '${sentence.keyword}' should match the case of the command majority (${wanted})`,
          instruction.range,
        ),
  );
}

/** FromAsCasing. */
export function asCasing(settings: LintSettings, { sentence, instruction }: Line): LintWarning[] {
  const as = /\s(as)\s+\S+\s*$/i.exec(sentence.line.text)?.[1];
  if (instruction.kind !== 'FROM' || instruction.name === undefined || as === undefined) return [];
  const { keyword } = sentence;
  const isOther = (keyword === keyword.toLowerCase() && as !== as.toLowerCase()) || (keyword === keyword.toUpperCase() && as !== as.toUpperCase());
  return isOther ? finding(settings, 'FromAsCasing', `'${as}' and '${keyword}' keywords' casing do not match`, instruction.range) : [];
}
