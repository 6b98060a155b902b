import { type Performance, performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import koffi from 'koffi';

/** Longer than worker threads stay without work, so that theirs is given back too. */
const SETTLE_MS = 7000;
/** Share of that time in which the event loop worked: with more, somebody would wait for the tens of milliseconds that this takes. */
const BUSY = 0.1;
/** How often it is put off; who is busy for longer still gives back what the burst has left. */
const PATIENCE = 20;

/**
 * Gives the system back what a burst of work has left. V8 collects only while it allocates, and malloc keeps what is freed:
 * without this an engine that once loaded a large image would hold hundreds of megabytes for as long as it is idle.
 */
export class MemoryKeeper implements Disposable {
  readonly #eventLoop: Pick<Performance, 'eventLoopUtilization'>;
  #timer: NodeJS.Timeout | undefined;

  constructor(eventLoop: Pick<Performance, 'eventLoopUtilization'> = performance) {
    this.#eventLoop = eventLoop;
  }

  /** Some seconds after the last call, when there is little to do; one timer, none while nothing happens. */
  settleSoon(): void {
    this.#wait(PATIENCE);
  }

  #wait(patience: number): void {
    clearTimeout(this.#timer);
    const before = this.#eventLoop.eventLoopUtilization();
    this.#timer = setTimeout(() => {
      if (patience > 0 && this.#eventLoop.eventLoopUtilization(before).utilization > BUSY) this.#wait(patience - 1);
      else giveBack();
    }, SETTLE_MS).unref();
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
