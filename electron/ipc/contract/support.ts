import { z } from 'zod';
import type { DoctorReport } from '../../../runtime/api/types/doctor.ts';
import type { EventLoopReport } from '../../../runtime/api/types/metrics.ts';

/** What was left out: the value of a variable, a header's, a token, the credentials of an address, who the user is, a private key. */
export type RedactionKind = 'env' | 'header' | 'token' | 'credentials' | 'home' | 'key';

/** A place in a text where something was left out. */
export interface Redaction {
  /** In UTF-16 units of the text as it is saved. */
  readonly start: number;
  readonly end: number;
  readonly kind: RedactionKind;
}

/** A file of the bundle, exactly as it will be saved. */
export interface SupportFile {
  readonly name: string;
  readonly text: string;
  readonly redactions: readonly Redaction[];
}

export interface EngineLog {
  readonly path: string;
  /** The newest lines; empty when this app did not start the engine, or nothing was said. */
  readonly text: string;
  /** There is more before it. */
  readonly isCut: boolean;
}

export const supportRequestSchemas = {
  'doctor.check': z.strictObject({}),
  /** The end of what the engine has printed, at most 128 KiB. Readable while the engine is down. */
  'engine.log': z.strictObject({}),
  /** The event loop's delays since they were last forgotten. */
  'engine.load': z.strictObject({ reset: z.boolean() }),
  /** Gathers what may help whoever mends it; what cannot be had says why in its file. Kept for `support.bundle` downloads, the last two. */
  'support.gather': z.strictObject({ labels: z.boolean() }),
} as const;

export interface SupportResults {
  'doctor.check': DoctorReport;
  'engine.log': EngineLog;
  'engine.load': EventLoopReport;
  'support.gather': { readonly id: string; readonly files: readonly SupportFile[] };
}
