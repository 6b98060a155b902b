import type { Instruction } from '../ast.ts';
import { suggestion } from '../syntax-error.ts';
import { parseMount } from './run-mount.ts';
import { commandArguments, common, Flags, requireArguments, type Statement, shown } from './statement.ts';

const NETWORKS = ['default', 'none', 'host'];
const SECURITIES = ['sandbox', 'insecure'];

export function parseRun(statement: Statement): Instruction {
  const flags = new Flags(statement, { mount: 'texts', network: 'text', security: 'text' });
  requireArguments(statement);
  const network = oneOf('network mode', flags.text('network'), NETWORKS);
  const security = oneOf('security mode', flags.text('security'), SECURITIES);
  return {
    ...common(statement),
    kind: 'RUN',
    command: commandArguments(statement),
    heredocs: statement.heredocs,
    mounts: flags.texts('mount').map((text) => parseMount(text, (message) => statement.fail(message, mountAt(text)))),
    ...(network === undefined ? {} : { network }),
    ...(security === undefined ? {} : { security }),
  };

  function mountAt(text: string): number | undefined {
    return statement.flags.find((flag) => flag.text === `--mount=${text}`)?.at;
  }

  function oneOf(what: string, value: string | undefined, allowed: readonly string[]): string | undefined {
    if (value === undefined || value.includes('$') || allowed.includes(value)) return value;
    return statement.fail(`${what} ${JSON.stringify(shown(value))} is not one of ${allowed.join(', ')}${suggestion(value, allowed)}`);
  }
}
