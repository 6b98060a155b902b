/**
 * Everything, with what an item needs before it. What needs itself, over however many others, is in the order it was found: one of
 * a circle has to be first.
 */
export function inOrder<T>(items: Iterable<T>, needsOf: (item: T) => readonly T[]): T[] {
  const ordered = new Set<T>();
  const visited = new Set<T>();
  const visit = (item: T): void => {
    if (visited.has(item)) return;
    visited.add(item);
    for (const need of needsOf(item)) visit(need);
    ordered.add(item);
  };
  for (const item of items) visit(item);
  return [...ordered];
}
