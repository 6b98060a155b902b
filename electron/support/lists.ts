import { z } from 'zod';
import type { EngineClient } from '../engine/http-client.ts';

const labels = z.record(z.string(), z.string()).nullish();
const containerSchema = z.object({
  Id: z.string(),
  Names: z.array(z.string()),
  Image: z.string(),
  State: z.string(),
  Status: z.string(),
  Created: z.number(),
  Labels: labels,
});
const imageSchema = z.object({ Id: z.string(), RepoTags: z.array(z.string()).nullish(), Size: z.number(), Created: z.number(), Labels: labels });
const networkSchema = z.object({ Id: z.string(), Name: z.string(), Driver: z.string(), Scope: z.string(), Internal: z.boolean(), Labels: labels });
const volumeSchema = z.object({ Name: z.string(), Driver: z.string(), CreatedAt: z.string().optional(), Labels: labels });

/** By file: what of an engine's objects is listed, field by field: whatever else an object has stays out. Commands and variables do. */
export const LISTS: Readonly<Record<string, (engine: EngineClient) => Promise<readonly { readonly Labels?: unknown }[]>>> = {
  'containers.json': async (engine) => z.array(containerSchema).parse(await engine.json('GET', '/containers/json', { query: { all: 1 } })),
  'images.json': async (engine) => z.array(imageSchema).parse(await engine.json('GET', '/images/json')),
  'networks.json': async (engine) => z.array(networkSchema).parse(await engine.json('GET', '/networks')),
  'volumes.json': async (engine) => z.object({ Volumes: z.array(volumeSchema) }).parse(await engine.json('GET', '/volumes')).Volumes,
};

/** Of at most so many of each. */
const MOST = 2000;

/** Labels are left out whole unless they are wanted: anybody may write anything there. */
export function listText(rows: readonly { readonly Labels?: unknown }[], withLabels: boolean): string {
  const shown = rows.slice(0, MOST).map(({ Labels, ...rest }) => (withLabels ? { ...rest, Labels } : rest));
  return `${JSON.stringify(rows.length > MOST ? [...shown, { left_out: rows.length - MOST }] : shown, null, 2)}\n`;
}
