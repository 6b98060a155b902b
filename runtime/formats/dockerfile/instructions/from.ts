import type { Instruction } from '../ast.ts';
import { splitPlain } from '../split.ts';
import { common, Flags, type Statement, shown } from './statement.ts';

export function parseFrom(statement: Statement): Instruction & { readonly kind: 'FROM' } {
  const platform = new Flags(statement, { platform: 'text' }).text('platform');
  const [image, as, name, ...others] = splitPlain(statement.rest);
  const isNamed = as?.text.toLowerCase() === 'as' && name !== undefined && others.length === 0;
  if (image === undefined || (as !== undefined && !isNamed)) return statement.fail('FROM requires either one or three arguments');
  if (name !== undefined && !/^[a-z][a-z0-9\-_.]*$/.test(name.text.toLowerCase())) {
    const what = `invalid name for build stage: ${JSON.stringify(shown(name.text))}`;
    return statement.fail(`${what}, name can't start with a number or contain symbols`, statement.restAt + name.at);
  }
  return {
    ...common(statement),
    kind: 'FROM',
    image: image.text,
    ...(platform === undefined ? {} : { platform }),
    ...(name === undefined ? {} : { name: name.text }),
  };
}
