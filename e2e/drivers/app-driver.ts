import type { Locator, Page } from '@playwright/test';
import type { EngineLocation } from '../../electron/engine/location.ts';

/** A file as it would be dropped. */
export interface Dropped {
  readonly name: string;
  readonly content: Buffer;
  /** Names of what was dragged with it, as files of their own. */
  readonly others: readonly string[];
}

/** The app, open on an engine, however it was brought up. */
export interface AppDriver extends AsyncDisposable {
  readonly page: Page;
  /** Whether the app can have the system encrypt what it keeps. */
  readonly hasKeychain: boolean;
  /** Drags `from` until it would leave the window, and gives what the system, or another program, gets of that. */
  dragOut(from: Locator): Promise<Dropped>;
}

export interface AppOptions {
  readonly location: EngineLocation;
  /** A folder of the test's own for settings and profiles. */
  readonly home: string;
}
