import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import koffi from 'koffi';

/** Longer than worker threads stay without work, so that theirs is given back too. */
const SETTLE_MS = 7000;

/**
 * Gives the system back what a burst of work has left. V8 collects only while it allocates, and malloc keeps what is freed:
 * without this an engine that once loaded a large image would hold hundreds of megabytes for as long as it is idle.
 */
export class MemoryKeeper implements Disposable {
  #timer: NodeJS.Timeout | undefined;

  /** Some seconds after the last call; one timer, none while nothing happens. */
  settleSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(giveBack, SETTLE_MS).unref();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

type Collect = (options: { readonly type: 'major'; readonly execution: 'sync'; readonly flavor: 'last-resort' }) => void;

function giveBack(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  trimHeap();
}

/** malloc_trim(3) of glibc; other C libraries give back by themselves or cannot. */
function trimHeap(): void {
  try {
    koffi.load(null).func('int malloc_trim(size_t pad)')(0);
  } catch {
    return;
  }
}
