/** What an event is about; Docker's `Type`. */
export type EventType = 'container' | 'image' | 'network' | 'volume' | 'daemon';

/** One fact that has happened. Events announce state, they never drive control flow inside the engine. */
export interface EngineEvent {
  readonly type: EventType;
  /** Docker's action word, e.g. `start`, `die`, `exec_create: sh`. */
  readonly action: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Nanoseconds since the epoch. */
  readonly timeNano: bigint;
}

type Listener = (event: EngineEvent) => void;

/** Characters of all events kept: commands and labels come from clients, and a number of events alone is no bound. */
const KEPT_CHARACTERS = 4 * 1024 * 1024;
/** Times go up from event to event, unless the clock is set back by more than this. */
const CLOCK_STEP = 1_000_000_000n;

/** Keeps the newest events for replay, at most `capacity` and as many as fit 4 Mi characters, and hands new ones to listeners in order. */
export class EventBus {
  readonly #capacity: number;
  readonly #now: () => bigint;
  readonly #past: EngineEvent[] = [];
  readonly #listeners = new Set<Listener>();
  #last = 0n;
  #characters = 0;

  constructor(now: () => bigint, capacity = 1024) {
    this.#now = now;
    this.#capacity = capacity;
  }

  publish(type: EventType, action: string, id: string, attributes: Record<string, string> = {}): void {
    const time = this.#now();
    this.#last = time > this.#last || time + CLOCK_STEP < this.#last ? time : this.#last + 1n;
    const event: EngineEvent = { type, action, id, attributes, timeNano: this.#last };
    this.#past.push(event);
    this.#characters += charactersOf(event);
    while (this.#past.length > this.#capacity || (this.#characters > KEPT_CHARACTERS && this.#past.length > 1)) {
      const oldest = this.#past.shift();
      if (oldest !== undefined) this.#characters -= charactersOf(oldest);
    }
    for (const listener of this.#listeners) listener(event);
  }

  past(): readonly EngineEvent[] {
    return this.#past;
  }

  /** The returned disposable ends the subscription; disposing twice is harmless. */
  subscribe(listener: Listener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }
}

function charactersOf({ action, attributes }: EngineEvent): number {
  let count = action.length;
  for (const key in attributes) count += key.length + (attributes[key] ?? '').length;
  return count;
}
