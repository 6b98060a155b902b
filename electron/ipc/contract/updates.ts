import { z } from 'zod';

export const UPDATE_CHANNELS = ['stable', 'beta'] as const;
export type UpdateChannel = (typeof UPDATE_CHANNELS)[number];

/**
 * Whether this copy of the app can put a newer one in its place, or why not: `browser`: the program that serves the page is updated by who
 * installed it; `development`: it runs from its sources; `packages`: the system's package manager does it; `loose`: nobody knows how it
 * came here; `unconfigured`: it was built without an address for updates.
 */
export type UpdateWay = 'self' | 'browser' | 'development' | 'packages' | 'loose' | 'unconfigured';

/**
 * Why something went wrong: nobody answers at the address, nothing was released on the channel, what was fetched is not what was released,
 * the program's place cannot be written, or what else the words say.
 */
export type UpdateFailureKind = 'unreachable' | 'channel' | 'digest' | 'place' | 'other';
export interface UpdateFailure {
  readonly kind: UpdateFailureKind;
  readonly detail: string;
}

/** A version that is newer than this one. */
export interface Release {
  readonly version: string;
  /** As its maker wrote it, at most 20,000 characters; markup is text like any other. */
  readonly notes: string;
  /** Milliseconds since the epoch; 0: not told. */
  readonly date: number;
  /** Bytes to fetch; 0: not told. */
  readonly size: number;
}

export interface UpdateState {
  readonly way: UpdateWay;
  /** Of this app; empty in a browser. */
  readonly version: string;
  /** `ready`: fetched and its digest is right; it begins with the next `update.install`. */
  readonly phase: 'idle' | 'checking' | 'available' | 'downloading' | 'ready';
  /** When it was last asked for with an answer; milliseconds since the epoch, 0: never. */
  readonly checkedAt: number;
  readonly release: Release | null;
  /** Bytes of the release that are here, and how many a second. */
  readonly received: number;
  readonly rate: number;
  /** What went wrong last; null: nothing. */
  readonly failure: UpdateFailure | null;
  /** The user was told and wants to hear of it later, or of the next version only. */
  readonly isQuiet: boolean;
  /** The release is skipped. */
  readonly isSkipped: boolean;
}

const none = z.strictObject({});

export const updateRequestSchemas = {
  /** Asks for a newer version now, whatever the settings say; settles with the answer, also where that is a failure. */
  'update.check': none,
  /** Fetches the release that was found; at once, the stream tells how far it is. */
  'update.download': none,
  /** Gives up fetching. Idempotent. */
  'update.cancel': none,
  /** Ends the app and begins the release that is ready in its place. */
  'update.install': none,
  /** No word of this release any more; a check by hand shows it still. */
  'update.skip': none,
  /** Takes the release that is skipped into account again. */
  'update.unskip': none,
  /** No word for three days. */
  'update.later': none,
} as const;

export interface UpdateResults {
  'update.check': null;
  'update.download': null;
  'update.cancel': null;
  'update.install': null;
  'update.skip': null;
  'update.unskip': null;
  'update.later': null;
}

export const updateStreamSchemas = { update: none } as const;

export interface UpdateOutputs {
  /** The state now, then each later one, at most five a second. */
  update: UpdateState;
}

export interface UpdateInputs {
  update: never;
}
