import { EngineError } from '../../base/errors.ts';
import { type Column, columnNamed, type ProcessFacts, type PsContext } from './ps-columns.ts';

/** `name` or `name=TITLE` for each column. */
const layout = (...columns: readonly string[]): readonly Column[] =>
  columns.map((text) => {
    const [name = '', title] = text.split('=');
    return columnNamed(name, title) ?? refuse(`unknown user-defined format specifier ${JSON.stringify(name)}`);
  });

const FULL = layout('user=UID', 'pid', 'ppid', 'c', 'stime', 'tname', 'time', 'cmd');
const EXTRA_FULL = layout('user=UID', 'pid', 'ppid', 'c', 'sz', 'rss', 'psr', 'stime', 'tname', 'time', 'cmd');
const PLAIN = layout('pid', 'tname', 'time', 'ucmd');
const JOBS = layout('pid', 'pgid', 'sid', 'tname', 'time', 'ucmd');
const BSD_USER = layout('user', 'pid', 'pcpu', 'pmem', 'vsz', 'rss', 'tname', 'stat', 'stime=START', 'bsdtime', 'args');
const BSD_JOBS = layout('ppid', 'pid', 'pgid', 'sid', 'tname', 'tpgid', 'stat', 'uid', 'bsdtime', 'args');
const BSD = layout('pid', 'tname', 'stat', 'bsdtime', 'args');

export interface PsTable {
  readonly titles: readonly string[];
  readonly processes: readonly (readonly string[])[];
}

interface Asked {
  readonly columns: readonly Column[];
  /** The first counts most. */
  readonly order: readonly { readonly column: Column; readonly falls: boolean }[];
}

/**
 * Prints processes as `ps <text>` would, for its options of format and order; those that choose processes are the container's
 * business. Throws InvalidArgument for what it does not know and, as Docker, for a table without the pid.
 */
export function psTable(text: string, processes: readonly ProcessFacts[], context: PsContext): PsTable {
  const { columns, order } = parse(text);
  if (!columns.some(({ title }) => title === 'PID')) throw new EngineError('InvalidArgument', "Couldn't find PID field in ps output");
  const sorted = order.length === 0 ? processes : [...processes].sort((left, right) => compare(left, right, order, context));
  return {
    titles: columns.map(({ title }) => title),
    processes: sorted.map((process) => columns.map(({ value }) => value(process, context))),
  };
}

function parse(text: string): Asked {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const chosen: Column[] = [];
  const order: Asked['order'][number][] = [];
  let columns: readonly Column[] = text.trim() === '' ? FULL : PLAIN;
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const format = /^-?[eAawx]*o(.*)$/.exec(word) ?? /^--format(?:=(.*))?$/.exec(word);
    const sort = /^--sort(?:=(.*))?$/.exec(word);
    if (format !== null) chosen.push(...listed(format[1] || (words.shift() ?? refuse('format specification must follow -o'))));
    else if (sort !== null) order.push(...keysOf(sort[1] || (words.shift() ?? refuse('long sort specification must follow --sort'))));
    else columns = word.startsWith('-') && !/^-[axuw]*[xu]/.test(word) ? unixLayout(word, columns) : bsdLayout(word.replace(/^-/, ''));
  }
  return { columns: chosen.length > 0 ? chosen : columns, order };
}

/** `-ef`, `-eF`, `-ej`: letters of which the last that chooses columns counts. */
function unixLayout(word: string, before: readonly Column[]): readonly Column[] {
  if (!/^-[eAadfFjwN]+$/.test(word)) refuse('unsupported SysV option');
  return word.includes('F') ? EXTRA_FULL : word.includes('f') ? FULL : word.includes('j') ? JOBS : before;
}

function bsdLayout(word: string): readonly Column[] {
  if (word === 'ef' || word === 'f') return FULL;
  if (!/^[axujw]+$/.test(word)) refuse('unsupported option (BSD syntax)');
  return word.includes('u') ? BSD_USER : word.includes('j') ? BSD_JOBS : BSD;
}

/** `pid,user:20,args=WHAT`: the title takes the rest of the word, commas included. */
function listed(text: string): Column[] {
  const [, names = '', title] = /^([^=]*)(?:=([^]*))?$/.exec(text) ?? [];
  const items = names.split(',').filter((item) => item !== '');
  if (items.length === 0) refuse('empty format list');
  return items.map((item, index) => named(item.replace(/:\d+$/, ''), index === items.length - 1 ? title : undefined));
}

function named(item: string, title?: string): Column {
  return columnNamed(item.toLowerCase(), title) ?? refuse(`unknown user-defined format specifier ${JSON.stringify(item.slice(0, 100))}`);
}

function keysOf(text: string): Asked['order'] {
  return text.split(',').map((key) => {
    const column = columnNamed(key.replace(/^[+-]/, '').toLowerCase()) ?? refuse('unknown sort specifier');
    return { column, falls: key.startsWith('-') };
  });
}

function compare(left: ProcessFacts, right: ProcessFacts, order: Asked['order'], context: PsContext): number {
  for (const { column, falls } of order) {
    const difference = column.value(left, context).localeCompare(column.value(right, context), 'en', { numeric: true });
    if (difference !== 0) return falls ? -difference : difference;
  }
  return 0;
}

function refuse(reason: string): never {
  throw new EngineError('InvalidArgument', `ps: error: ${reason}`);
}
