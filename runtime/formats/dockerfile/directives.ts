import { syntaxError } from './syntax-error.ts';

export interface Directives {
  readonly escape: '\\' | '`';
  readonly syntax?: string;
  /** Of `# check=…`, unread. */
  readonly check?: string;
  /** How many lines they take. */
  readonly lines: number;
}

const DIRECTIVE = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/;
const KNOWN = new Set(['escape', 'syntax', 'check']);

/**
 * `# name=value` lines at the top of a Dockerfile; the first line that is none, or has a name that is not known, ends them.
 * Throws InvalidArgument for a name given twice and an escape that is none.
 */
export function readDirectives(lines: readonly string[]): Directives {
  const found = new Map<string, string>();
  let count = 0;
  for (const [index, line] of lines.entries()) {
    const match = DIRECTIVE.exec(line.trim());
    if (match === null) break;
    const name = (match[1] ?? '').toLowerCase();
    const value = match[2] ?? '';
    if (!KNOWN.has(name)) break;
    count = index + 1;
    const position = { line: index + 1, column: line.indexOf('#') + 1 };
    if (found.has(name)) throw syntaxError(`only one ${name} parser directive can be used`, position);
    if (name === 'escape' && value !== '\\' && value !== '`') throw syntaxError(`invalid escape token '${value}' does not match \` or \\`, position);
    found.set(name, value);
  }
  const syntax = found.get('syntax');
  const check = found.get('check');
  return {
    lines: count,
    escape: found.get('escape') === '`' ? '`' : '\\',
    ...(syntax === undefined ? {} : { syntax }),
    ...(check === undefined ? {} : { check }),
  };
}
