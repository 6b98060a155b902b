import type { Instruction, KeyValue } from '../ast.ts';
import { splitQuoted } from '../split.ts';
import { common, cut, Flags, requireArguments, type Statement, shown } from './statement.ts';

/** ENV and LABEL: `key=value …`, or the old form `key the rest`. */
export function parsePairs(kind: 'ENV' | 'LABEL', statement: Statement): Instruction {
  new Flags(statement, {});
  requireArguments(statement);
  return { ...common(statement), kind, pairs: pairsOf(statement) };
}

/** Whether the text is in the old form `key value`. */
export function isLegacyPair(rest: string, escape: string): boolean {
  return splitQuoted(rest, escape)[0]?.text.includes('=') === false;
}

function pairsOf(statement: Statement): (KeyValue & { readonly value: string })[] {
  const { rest, restAt, keyword, escape } = statement;
  if (isLegacyPair(rest, escape)) {
    const [, key = '', value] = /^(\S+)\s+([^]+)$/.exec(rest) ?? [];
    if (value === undefined) return statement.fail(`${keyword} must have two arguments`);
    return [{ key, value }];
  }
  return splitQuoted(rest, escape).map((word) => {
    const [key, value] = cut(word.text);
    if (value === undefined) {
      return statement.fail(`Syntax error - can't find = in ${JSON.stringify(shown(word.text))}. Must be of the form: name=value`, restAt + word.at);
    }
    if (key === '') return statement.fail(`${keyword} names can not be blank`, restAt + word.at);
    return { key, value };
  });
}

export function parseArg(statement: Statement): Instruction & { readonly kind: 'ARG' } {
  new Flags(statement, {});
  requireArguments(statement);
  const args = splitQuoted(statement.rest, statement.escape).map((word): KeyValue => {
    const [key, value] = cut(word.text);
    if (key === '') statement.fail('ARG names can not be blank', statement.restAt + word.at);
    return value === undefined ? { key } : { key, value };
  });
  return { ...common(statement), kind: 'ARG', args };
}
