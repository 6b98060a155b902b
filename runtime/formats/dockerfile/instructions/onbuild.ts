import { isKind } from '../../../base/errors.ts';
import type { Instruction } from '../ast.ts';
import { common, Flags, requireArguments, type Statement } from './statement.ts';

/** The instruction behind ONBUILD is checked here, for nothing could ever be built on an image that keeps a wrong one. */
export function parseOnbuild(statement: Statement, parse: (text: string, escape: '\\' | '`') => Instruction): Instruction {
  new Flags(statement, {});
  requireArguments(statement);
  const trigger = (/^\S+/.exec(statement.rest)?.[0] ?? '').toUpperCase();
  if (trigger === 'ONBUILD') statement.fail("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed", statement.restAt);
  if (trigger === 'FROM' || trigger === 'MAINTAINER') statement.fail(`${trigger} isn't allowed as an ONBUILD trigger`, statement.restAt);
  const instruction = [statement.rest, ...statement.heredocs.map(({ content, written = content, name }) => written + name)].join('\n');
  try {
    parse(instruction, statement.escape);
  } catch (error) {
    if (!isKind(error, 'InvalidArgument')) throw error;
    statement.fail(error.message.replace(/^dockerfile parse error on line [0-9]+: /, ''), statement.restAt);
  }
  return { ...common(statement), kind: 'ONBUILD', instruction };
}
