import { lstatSync } from 'node:fs';

/**
 * Whether an image may have a directory at `path`, found without mounting it. False is certain; true is a guess where a layer has a
 * link on the way, which may lead anywhere in the image. Links are not followed.
 */
export function mayHaveContent(layers: readonly string[], path: string): boolean {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  if (names.length === 0 || names.includes('..')) return true;
  return layers.some((layer) => {
    let place = layer;
    for (const name of names) {
      place = `${place}/${name}`;
      const stat = lstatSync(place, { throwIfNoEntry: false });
      if (stat?.isSymbolicLink()) return true;
      if (!stat?.isDirectory()) return false;
    }
    return true;
  });
}
