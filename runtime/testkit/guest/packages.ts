import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names of the npm packages that `sources` import by name, and of all that those need and have here. `modules`: the node_modules directory. */
export function packagesOf(sources: readonly string[], modules: string): Set<string> {
  const names = new Set<string>();
  const add = (name: string): void => {
    const file = join(modules, name, 'package.json');
    if (names.has(name) || !existsSync(file)) return;
    names.add(name);
    const { dependencies, optionalDependencies } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string> | undefined>;
    for (const need of Object.keys({ ...dependencies, ...optionalDependencies })) add(need);
  };
  for (const source of sources) {
    for (const [, name] of readFileSync(source, 'utf8').matchAll(/ from '((?:@[\w-]+\/)?[a-z][\w-]*)/g)) if (name !== undefined) add(name);
  }
  return names;
}
