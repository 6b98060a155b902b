import { END_OF_ARCHIVE } from './writer.ts';

/** One archive of several, each of which has the end that our writer makes. A piece is valid until the next. */
export async function* joinedArchives(archives: readonly AsyncIterable<Buffer>[]): AsyncGenerator<Buffer> {
  for (const archive of archives) {
    // What may be the end is held back until something follows.
    let held = Buffer.alloc(0);
    for await (const piece of archive) {
      const all = Buffer.concat([held, piece]);
      const free = Math.max(0, all.length - END_OF_ARCHIVE.length);
      if (free > 0) yield all.subarray(0, free);
      held = Buffer.from(all.subarray(free));
    }
    if (!held.equals(END_OF_ARCHIVE)) yield held;
  }
  yield Buffer.from(END_OF_ARCHIVE);
}
