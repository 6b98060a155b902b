import { z } from 'zod';
import type { ToolboxAnswer } from '../../../runtime/api/types/toolbox.ts';

const line = z.string().max(500);

export const onboardingRequestSchemas = {
  /** An image of this machine's own programs, without a network. Idempotent. */
  'toolbox.make': z.strictObject({}),
  /** Runs a first container from it: a small web page with these words where a web server is among the programs, else a log that grows. */
  'toolbox.demo': z.strictObject({ title: line, text: line }),
} as const;

export interface Demo {
  readonly id: string;
  readonly name: string;
  /** Of its page on this machine; 0: it has none. */
  readonly port: number;
}

export interface OnboardingResults {
  'toolbox.make': ToolboxAnswer;
  'toolbox.demo': Demo;
}
