/** `glibc-ld.so.cache` and its version: what every glibc since 2.2 writes, alone or after an older table. */
const MAGIC = Buffer.from('glibc-ld.so.cache1.1');
const HEADER = 48;
const ENTRY = 24;
const MAX_ENTRIES = 100_000;
const MAX_PATH = 4096;

/**
 * Libraries by name as the dynamic loader's cache (/etc/ld.so.cache) has them, the preferred path of each first; glibc's
 * sysdeps/generic/dl-cache.h has the layout. Empty for what is no such cache, and what is damaged of it is left out.
 */
export function readLdCache(bytes: Buffer): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const start = bytes.subarray(0, 4 * 1024 * 1024).indexOf(MAGIC);
  if (start === -1 || start + HEADER > bytes.length) return found;
  const cache = bytes.subarray(start);
  // Byte 28 tells the byte order in newer ones; 0 is unset. A cache is of its own machine.
  const count = Math.min(cache.readUInt32LE(20), MAX_ENTRIES, Math.floor((cache.length - HEADER) / ENTRY));
  for (let index = 0; index < count; index++) {
    const at = HEADER + index * ENTRY;
    const name = textAt(cache, cache.readUInt32LE(at + 4));
    const path = textAt(cache, cache.readUInt32LE(at + 8));
    if (name === '' || !path.startsWith('/')) continue;
    const paths = found.get(name);
    if (paths) paths.push(path);
    else found.set(name, [path]);
  }
  return found;
}

function textAt(bytes: Buffer, offset: number): string {
  if (offset >= bytes.length) return '';
  const end = bytes.subarray(offset, offset + MAX_PATH).indexOf(0);
  return end === -1 ? '' : bytes.toString('utf8', offset, offset + end);
}
