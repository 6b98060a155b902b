interface Variable {
  readonly name: string;
  readonly value: string;
}

/** Variables with those of a file: a name that is there takes the file's value in its place, the others follow. The last of a name counts. */
export function mergedEnv(rows: readonly Variable[], read: readonly Variable[]): readonly Variable[] {
  const values = new Map(rows.filter(({ name, value }) => name !== '' || value !== '').map(({ name, value }) => [name, value]));
  for (const { name, value } of read) values.set(name, value);
  return [...values].map(([name, value]) => ({ name, value }));
}

/** Lines of a `.env` file: `NAME=value`, comments, `export`, quotes around a value. Null: the text is no such file. */
export function parseDotEnv(text: string): readonly Variable[] | null {
  const rows: { name: string; value: string }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const bare = line.trim();
    if (bare === '' || bare.startsWith('#')) continue;
    const match = /^(?:export\s+)?([A-Za-z_][\w.-]*)=(.*)$/.exec(bare);
    if (!match) return null;
    const raw = (match[2] ?? '').trim();
    const quoted = /^(["'])(.*)\1$/s.exec(raw);
    const value = quoted
      ? quoted[1] === '"'
        ? (quoted[2] ?? '').replaceAll('\\n', '\n').replaceAll('\\"', '"')
        : (quoted[2] ?? '')
      : raw.replace(/\s+#.*$/, '');
    rows.push({ name: match[1] ?? '', value });
  }
  return rows.length > 0 ? rows : null;
}

/** The rows as the lines of a `.env` file, which reads back as the same. */
export function dotEnvText(rows: readonly Variable[]): string {
  return rows
    .filter(({ name, value }) => name !== '' || value !== '')
    .map(({ name, value }) => {
      const plain = /^[^\s"'#\\]*$/.test(value);
      return `${name}=${plain ? value : value.includes("'") || value.includes('\n') ? `"${value.replaceAll('"', '\\"').replaceAll('\n', '\\n')}"` : `'${value}'`}`;
    })
    .join('\n');
}
