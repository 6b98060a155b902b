/** What a Dockerfile offers to choose from; enough of its grammar for that, not to build from it. */
export interface DockerfileFacts {
  /** Names of stages, in their order. */
  readonly stages: readonly string[];
  /** Images that it builds on. */
  readonly images: readonly string[];
  /** With their defaults; each name once. */
  readonly args: readonly { readonly name: string; readonly value: string }[];
  /** Ids of secrets that steps mount. */
  readonly secrets: readonly string[];
}

const MAX_FOUND = 200;

export function dockerfileFacts(text: string): DockerfileFacts {
  const stages: string[] = [];
  const images: string[] = [];
  const secrets = new Set<string>();
  const args = new Map<string, string>();
  for (const instruction of instructions(text)) {
    const from = /^FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(instruction);
    if (from) {
      const [, image = '', name] = from;
      if (image !== 'scratch' && !stages.includes(image)) images.push(image);
      if (name !== undefined) stages.push(name);
    }
    if (/^ARG\s/i.test(instruction)) {
      for (const [, name = '', value = ''] of instruction.slice(4).matchAll(/([A-Za-z_]\w*)(?:=("[^"]*"|'[^']*'|\S*))?/g)) {
        if (!args.get(name)) args.set(name, value.replace(/^(["'])(.*)\1$/, '$2'));
      }
    }
    for (const [, options = ''] of instruction.matchAll(/--mount=(\S+)/g)) {
      const given = new Map(options.split(',').map((part): [string, string] => [part.split('=', 1)[0] ?? '', part.slice(part.indexOf('=') + 1)]));
      const id = given.get('id') ?? given.get('target')?.split('/').at(-1);
      if (given.get('type') === 'secret' && id) secrets.add(id);
    }
  }
  const bounded = <T>(values: Iterable<T>): T[] => [...values].slice(0, MAX_FOUND);
  return { stages: bounded(stages), images: bounded(images), args: bounded(args).map(([name, value]) => ({ name, value })), secrets: bounded(secrets) };
}

/** Logical lines: continued ones joined, comments and empty ones left out. */
function instructions(text: string): string[] {
  const escape = /^#\s*escape\s*=\s*`/im.test(text.split('\n', 3).join('\n')) ? '`' : '\\';
  const found: string[] = [];
  let open = '';
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*#/.test(line) || (open === '' && line.trim() === '')) continue;
    const trimmed = line.trimEnd();
    if (trimmed.endsWith(escape)) {
      open += `${trimmed.slice(0, -1)} `;
      continue;
    }
    found.push((open + line).trim());
    open = '';
  }
  if (open !== '') found.push(open.trim());
  return found;
}
