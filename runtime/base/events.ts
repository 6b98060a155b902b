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

/** Keeps the newest `capacity` events for replay and hands new ones to listeners in order. */
export class EventBus {
  readonly #capacity: number;
  readonly #now: () => bigint;
  readonly #past: EngineEvent[] = [];
  readonly #listeners = new Set<Listener>();
  #last = 0n;

  constructor(now: () => bigint, capacity = 1024) {
    this.#now = now;
    this.#capacity = capacity;
  }

  publish(type: EventType, action: string, id: string, attributes: Record<string, string> = {}): void {
    const time = this.#now();
    this.#last = time > this.#last ? time : this.#last + 1n;
    const event: EngineEvent = { type, action, id, attributes, timeNano: this.#last };
    this.#past.push(event);
    if (this.#past.length > this.#capacity) this.#past.shift();
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
