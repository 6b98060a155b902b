import type { Page } from '@playwright/test';
import type { EngineLocation } from '../../electron/engine/location.ts';

/** The app, open on an engine, however it was brought up. */
export interface AppDriver extends AsyncDisposable {
  readonly page: Page;
  /** Whether the app can have the system encrypt what it keeps. */
  readonly hasKeychain: boolean;
}

export interface AppOptions {
  readonly location: EngineLocation;
  /** A folder of the test's own for settings and profiles. */
  readonly home: string;
}
