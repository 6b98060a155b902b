import type { CopyArguments, Heredoc, Instruction } from '../ast.ts';
import { heredocOf } from '../heredoc.ts';
import { common, Flags, listArguments, type Statement } from './statement.ts';

export function parseAdd(statement: Statement): Instruction {
  const flags = new Flags(statement, {
    chown: 'text',
    chmod: 'text',
    link: 'boolean',
    exclude: 'texts',
    checksum: 'text',
    'keep-git-dir': 'boolean',
    unpack: 'boolean',
  });
  const checksum = flags.text('checksum');
  const unpack = flags.isSet('unpack');
  return {
    ...common(statement),
    kind: 'ADD',
    copy: copyArguments(statement, flags),
    keepGitDir: flags.isSet('keep-git-dir') ?? false,
    ...(checksum === undefined ? {} : { checksum }),
    ...(unpack === undefined ? {} : { unpack }),
  };
}

export function parseCopy(statement: Statement): Instruction {
  const flags = new Flags(statement, { from: 'text', chown: 'text', chmod: 'text', link: 'boolean', parents: 'boolean', exclude: 'texts' });
  const from = flags.text('from');
  return { ...common(statement), kind: 'COPY', copy: copyArguments(statement, flags), ...(from ? { from } : {}) };
}

function copyArguments(statement: Statement, flags: Flags): CopyArguments {
  const { words, isJson } = listArguments(statement);
  const destination = words.at(-1);
  if (words.length < 2 || destination === undefined) {
    const given = words.length === 0 ? 'none was provided' : 'only one was provided';
    return statement.fail(`${statement.keyword} requires at least two arguments, but ${given}. Destination could not be determined`);
  }
  if (!isJson && heredocOf(destination.text) !== undefined) {
    return statement.fail(`${statement.keyword} cannot accept a heredoc as a destination`, destination.at);
  }
  const chown = flags.text('chown');
  const chmod = flags.text('chmod');
  return {
    sources: words.slice(0, -1).map((word) => (isJson ? undefined : heredocNamed(word.text, statement.heredocs)) ?? word.text),
    destination: destination.text,
    link: flags.isSet('link') ?? false,
    parents: flags.isSet('parents') ?? false,
    exclude: flags.texts('exclude'),
    ...(chown === undefined ? {} : { chown }),
    ...(chmod === undefined ? {} : { chmod }),
  };
}

function heredocNamed(word: string, heredocs: readonly Heredoc[]): Heredoc | undefined {
  const announced = heredocOf(word);
  return announced === undefined ? undefined : heredocs.find((heredoc) => heredoc.name === announced.name);
}
