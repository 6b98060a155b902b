interface Member {
  readonly key: string;
  /** From the key's first quote to the end of the value. */
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/** The members of the object that a valid JSON text is, in their places. */
function membersOf(text: string): readonly Member[] {
  const members: Member[] = [];
  let at = text.indexOf('{') + 1;
  while (at < text.length) {
    at = skipSpace(text, at);
    if (text[at] === ',') at = skipSpace(text, at + 1);
    if (text[at] !== '"') break;
    const start = at;
    at = afterString(text, at);
    const key = JSON.parse(text.slice(start, at)) as string;
    at = skipSpace(text, skipSpace(text, at) + 1);
    const valueStart = at;
    at = afterValue(text, at);
    members.push({ key, start, valueStart, end: at });
  }
  return members;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text[at] ?? '')) at++;
  return at;
}

function afterString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function afterValue(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const sign = text[at] ?? '';
    if (sign === '"') {
      at = afterString(text, at);
      if (depth === 0) return at;
      continue;
    }
    if (depth === 0 && /[\s,}\]]/.test(sign)) return at;
    if (sign === '{' || sign === '[') depth++;
    if (sign === '}' || sign === ']') depth--;
    at++;
    if (depth === 0 && (sign === '}' || sign === ']')) return at;
  }
  return at;
}

/**
 * The text of a JSON object in which one member has another value, or is gone (null); every other byte stays. A member that is new comes last,
 * indented as the first one is. @throws SyntaxError for what is no JSON object.
 */
export function withMember(text: string, key: string, value: string | null): string {
  const whole: unknown = JSON.parse(text);
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) throw new SyntaxError('is no object');
  const members = membersOf(text);
  const held = members.filter((member) => member.key === key);
  if (held.length === 0) return value === null ? text : added(text, members, key, value);
  // From the end, so that the places before stay true. Of doubled members readers take the last one: all are changed.
  return held.reduceRight((changed, member) => {
    if (value !== null) return changed.slice(0, member.valueStart) + JSON.stringify(value) + changed.slice(member.end);
    return without(changed, member);
  }, text);
}

function added(text: string, members: readonly Member[], key: string, value: string): string {
  const first = members[0];
  const last = members.at(-1);
  const entry = `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
  const open = text.indexOf('{') + 1;
  if (!first || !last) return `${text.slice(0, open)}\n\t${entry}\n${text.slice(skipSpace(text, open))}`;
  return `${text.slice(0, last.end)},${text.slice(open, first.start)}${entry}${text.slice(last.end)}`;
}

/** With the comma that set it apart: the one after it, or before it when it is the last. */
function without(text: string, member: Member): string {
  const after = skipSpace(text, member.end);
  if (text[after] === ',') return text.slice(0, member.start) + text.slice(skipSpace(text, after + 1));
  let before = member.start;
  while (/\s/.test(text[before - 1] ?? '')) before--;
  if (text[before - 1] === ',') return text.slice(0, before - 1) + text.slice(member.end);
  return text.slice(0, before) + text.slice(after);
}
