import type { EngineClient } from './client.ts';

/** What a scenario measures on one engine; `once` gives one sample in the scenario's unit. */
export interface Prepared extends AsyncDisposable {
  once(): Promise<number>;
}

export interface Scenario {
  readonly title: string;
  readonly unit: string;
  readonly rounds: number;
  /** The peer cannot do it. */
  readonly isOurs?: boolean;
  readonly prepare: (engine: EngineClient, inputs: Inputs) => Promise<Prepared>;
}

export interface Inputs {
  /** Name of the small image that both engines have. */
  readonly image: string;
  /** A large image archive and the name of the image in it. */
  readonly archive: string;
  readonly archiveImage: string;
  /** References of an image in a registry that both engines reach, its layers packed by gzip; and by zstd. Empty: not asked for. */
  readonly remote: string;
  readonly remoteZstd: string;
  /** Milliseconds of rest before each sample: an idle host shows stalls that a busy one hides. */
  readonly idle: number;
}

export const nothing = (): Promise<void> => Promise.resolve();

export async function timed(run: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await run();
  return performance.now() - begin;
}
