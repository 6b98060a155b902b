export interface JsonNode {
  /** `$.Config.Env[0]`; unique in the document. */
  readonly path: string;
  readonly key: string;
  readonly depth: number;
  /** Number of children of an object or an array; null: a value. */
  readonly children: number | null;
  readonly array: boolean;
  readonly value: unknown;
  readonly open: boolean;
  /** Its name or its value has the text that is searched. */
  readonly hit: boolean;
}

const isBranch = (value: unknown): value is object => typeof value === 'object' && value !== null;
const childrenOf = (value: object): readonly (readonly [string, unknown])[] =>
  Array.isArray(value) ? value.map((item, index) => [String(index), item] as const) : Object.entries(value);
const step = (array: boolean, key: string): string => (array ? `[${key}]` : /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`);

export function valueText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
}

/**
 * The rows to show. Without a query those below open branches; with one, what matches and the branches that lead to it.
 * `closed` holds paths the user has folded; branches deeper than `depth` begin folded unless they are in `opened`.
 */
export function jsonNodes(document: unknown, query: string, closed: ReadonlySet<string>, opened: ReadonlySet<string>, depth = 2): readonly JsonNode[] {
  const needle = query.toLowerCase();
  const rows: JsonNode[] = [];

  const visit = (key: string, value: unknown, path: string, level: number): boolean => {
    const branch = isBranch(value);
    const own = needle !== '' && (key.toLowerCase().includes(needle) || (!branch && valueText(value).toLowerCase().includes(needle)));
    const at = rows.length;
    const entries = branch ? childrenOf(value) : [];
    const open = branch && entries.length > 0 && (needle !== '' ? !closed.has(path) : opened.has(path) || (level < depth && !closed.has(path)));
    rows.push({ path, key, depth: level, children: branch ? entries.length : null, array: Array.isArray(value), value, open, hit: own });
    let below = false;
    if (branch && (open || needle !== '')) {
      const before = rows.length;
      for (const [name, child] of entries) below = visit(name, child, `${path}${step(Array.isArray(value), name)}`, level + 1) || below;
      if (!open) rows.length = before;
    }
    if (needle !== '' && !own && !below) {
      rows.length = at;
      return false;
    }
    return true;
  };

  if (isBranch(document)) for (const [name, child] of childrenOf(document)) visit(name, child, `$${step(Array.isArray(document), name)}`, 0);
  return rows;
}
