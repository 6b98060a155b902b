import type { Instruction } from '../ast.ts';
import { splitPlain } from '../split.ts';
import { common, Flags, listArguments, onlyArgument, requireArguments, type Statement } from './statement.ts';

export function parseValue(kind: 'MAINTAINER' | 'STOPSIGNAL' | 'USER' | 'WORKDIR', statement: Statement): Instruction {
  new Flags(statement, {});
  return { ...common(statement), kind, value: onlyArgument(statement) };
}

export function parseExpose(statement: Statement): Instruction {
  new Flags(statement, {});
  requireArguments(statement);
  return { ...common(statement), kind: 'EXPOSE', ports: splitPlain(statement.rest).map((word) => word.text) };
}

export function parseVolume(statement: Statement): Instruction {
  new Flags(statement, {});
  requireArguments(statement);
  const paths = listArguments(statement).words.map((word) => word.text.trim());
  if (paths.length === 0) statement.fail('VOLUME requires at least one argument');
  if (paths.includes('')) statement.fail('VOLUME specified can not be an empty string');
  return { ...common(statement), kind: 'VOLUME', paths };
}
