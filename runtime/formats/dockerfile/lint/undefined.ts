import { isKind } from '../../../base/errors.ts';
import type { Dockerfile, Heredoc, Instruction, KeyValue, LintWarning } from '../ast.ts';
import { expandHeredoc, expandWord } from '../expand.ts';
import { undefinedVariable } from './plan-rules.ts';

/** What an instruction is expanded with: the variables that are set, and the build arguments that are declared. */
export interface Scope {
  readonly env: ReadonlyMap<string, string>;
  readonly args: { has(name: string): boolean };
}

/** UndefinedVar for one instruction where it stands; each variable once. Words that cannot be expanded are left to who expands them. */
export function undefinedVariables({ checks, escape }: Pick<Dockerfile, 'checks' | 'escape'>, instruction: Instruction, { env, args }: Scope): LintWarning[] {
  const missing = new Set<string>();
  const lookup = (name: string): string | undefined => env.get(name) ?? (args.has(name) ? '' : undefined);
  const onUndefined = (name: string): void => void missing.add(name);
  for (const word of wordsOf(instruction)) {
    try {
      if (typeof word === 'string') expandWord(word, { lookup, escape, onUndefined });
      else if (word.expand) expandHeredoc(word.content, { lookup, onUndefined });
    } catch (error) {
      if (!isKind(error, 'InvalidArgument')) throw error;
    }
  }
  return [...missing].flatMap((name) => undefinedVariable(checks, name, env.keys(), instruction.range));
}

/** What BuildKit puts variables into; a command's line is the shell's. */
function wordsOf(instruction: Instruction): readonly (string | Heredoc)[] {
  switch (instruction.kind) {
    case 'ADD':
    case 'COPY': {
      const { sources, destination, chown = '', chmod = '', exclude } = instruction.copy;
      return [...sources, destination, chown, chmod, ...exclude];
    }
    case 'ARG':
      return textsOf(instruction.args);
    case 'ENV':
    case 'LABEL':
      return textsOf(instruction.pairs);
    case 'EXPOSE':
      return instruction.ports;
    case 'RUN':
      return instruction.mounts.flatMap(({ options }) => Object.values(options));
    case 'STOPSIGNAL':
    case 'USER':
    case 'WORKDIR':
      return [instruction.value];
    case 'VOLUME':
      return instruction.paths;
    default:
      return [];
  }
}

function textsOf(pairs: readonly KeyValue[]): string[] {
  return pairs.flatMap(({ key, value = '' }) => [key, value]);
}
