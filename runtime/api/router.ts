export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';

/** One row of the route table. */
export interface Route<Handler> {
  readonly method: Method;
  /** `/containers/{name}/json`. A parameter matches one or more characters, slashes and colons included. */
  readonly pattern: string;
  readonly handler: Handler;
}

export interface Match<Handler> {
  readonly handler: Handler;
  readonly params: Readonly<Record<string, string>>;
}

interface Compiled<Handler> {
  readonly route: Route<Handler>;
  readonly regexp: RegExp;
  readonly names: readonly string[];
}

function compile<Handler>(route: Route<Handler>): Compiled<Handler> {
  const names: string[] = [];
  const source = route.pattern.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{(\w+)\}/g, (_, name: string) => {
    names.push(name);
    return '(.+)';
  });
  return { route, regexp: new RegExp(`^${source}$`, 's'), names };
}

/**
 * Finds the handler for a method and a decoded path. Image and container names hold slashes, so a parameter is greedy
 * and the first route of the table that matches wins; routes are grouped by method and first path segment.
 */
export class Router<Handler> {
  readonly #groups = new Map<string, Compiled<Handler>[]>();

  constructor(routes: readonly Route<Handler>[]) {
    for (const route of routes) {
      const key = `${route.method} ${route.pattern.split('/', 2)[1] ?? ''}`;
      const group = this.#groups.get(key) ?? [];
      group.push(compile(route));
      this.#groups.set(key, group);
    }
  }

  /** Null when no route matches; a known path with another method is unknown too, as in Docker. */
  match(method: string, path: string): Match<Handler> | null {
    for (const { route, regexp, names } of this.#groups.get(`${method} ${path.split('/', 2)[1] ?? ''}`) ?? []) {
      const found = regexp.exec(path);
      if (found) return { handler: route.handler, params: Object.fromEntries(names.map((name, at) => [name, found[at + 1] ?? ''])) };
    }
    return null;
  }
}
