import type { Instruction } from '../ast.ts';
import { commandArguments, common, Flags, jsonArguments, requireArguments, type Statement } from './statement.ts';

/** CMD and ENTRYPOINT. */
export function parseCommand(kind: 'CMD' | 'ENTRYPOINT', statement: Statement): Instruction {
  new Flags(statement, {});
  const command = commandArguments(statement);
  if (kind === 'ENTRYPOINT') requireArguments(statement);
  return { ...common(statement), kind, command };
}

export function parseShell(statement: Statement): Instruction {
  new Flags(statement, {});
  requireArguments(statement);
  const argv = jsonArguments(statement, statement.rest);
  if (argv === undefined) return statement.fail('SHELL requires the arguments to be in JSON form');
  if (argv.length === 0) return statement.fail('SHELL requires at least one argument');
  return { ...common(statement), kind: 'SHELL', argv };
}
