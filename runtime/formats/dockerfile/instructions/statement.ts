import type { CommandLine, Heredoc, SourceRange } from '../ast.ts';
import { jsonStrings, splitPlain, type Word } from '../split.ts';
import { suggestion } from '../syntax-error.ts';

/** One instruction before its own grammar is applied. */
export interface Statement {
  /** In capitals. */
  readonly keyword: string;
  readonly flags: readonly Word[];
  /** What follows keyword and flags, trimmed. */
  readonly rest: string;
  /** Where `rest` begins, for `fail`. */
  readonly restAt: number;
  readonly heredocs: readonly Heredoc[];
  readonly escape: '\\' | '`';
  readonly text: string;
  readonly range: SourceRange;
  /** Throws InvalidArgument for the place `at` (the instruction's beginning when it is left out). */
  readonly fail: (message: string, at?: number) => never;
}

/** Of every instruction in the tree. */
export function common(statement: Statement): { readonly text: string; readonly range: SourceRange } {
  return { text: statement.text, range: statement.range };
}

/** What is left of an instruction that takes exactly one value. */
export function onlyArgument(statement: Statement): string {
  if (statement.rest === '') statement.fail(`${statement.keyword} requires exactly one argument`);
  return statement.rest;
}

export function requireArguments(statement: Statement): void {
  if (statement.rest === '') statement.fail(`${statement.keyword} requires at least one argument`);
}

/** A JSON array of strings, or the words between white space. */
export function listArguments(statement: Statement): { readonly words: readonly Word[]; readonly isJson: boolean } {
  const json = jsonArguments(statement, statement.rest);
  if (json !== undefined) return { words: json.map((text) => ({ text, at: statement.restAt })), isJson: true };
  return { words: splitPlain(statement.rest).map(({ text, at }) => ({ text, at: at + statement.restAt })), isJson: false };
}

/** A JSON array of strings, or a line for a shell. */
export function commandArguments(statement: Statement, text = statement.rest): CommandLine {
  const argv = jsonArguments(statement, text);
  return argv === undefined ? { form: 'shell', line: text } : { form: 'exec', argv };
}

export function jsonArguments(statement: Statement, text: string): string[] | undefined {
  const words = jsonStrings(text);
  if (words === 'mixed') return statement.fail('when using JSON array syntax, arrays must be comprised of strings only', statement.restAt);
  return words;
}

type FlagType = 'text' | 'boolean' | 'texts';

/** Flags by their names; `texts` may be given several times. */
export class Flags {
  readonly #values = new Map<string, readonly string[]>();

  constructor(statement: Statement, types: Readonly<Record<string, FlagType>>) {
    for (const flag of statement.flags) {
      const [name, value] = cut(flag.text.slice(2));
      const type = Object.hasOwn(types, name) ? types[name] : undefined;
      if (type === undefined) statement.fail(`unknown flag: --${shown(name)}${suggestion(name, Object.keys(types))}`, flag.at);
      const before = this.#values.get(name) ?? [];
      if (before.length > 0 && type !== 'texts') statement.fail(`duplicate flag specified: --${name}`, flag.at);
      if (type === 'boolean' ? value === '' : value === undefined) statement.fail(`missing a value on flag: --${name}`, flag.at);
      if (type === 'boolean' && !/^(?:true|false)$/i.test(value ?? 'true')) {
        statement.fail(`expecting boolean value for flag --${name}, not: ${shown(value ?? '')}`, flag.at);
      }
      this.#values.set(name, [...before, value ?? 'true']);
    }
  }

  text(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  texts(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  isSet(name: string): boolean | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : value.toLowerCase() === 'true';
  }
}

/** Before and behind the first `=`. */
export function cut(text: string): [string, string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** For messages: no more of what was given than one wants to read. */
export function shown(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
