import { z } from 'zod';
import { type EngineClient, enginePath } from '../../engine/http-client.ts';

const containerSchema = z.looseObject({ Config: z.looseObject({ Tty: z.boolean().optional() }) });

/** Whether the container's output is a terminal's: raw, with stdout and stderr in one. @throws ShellError 404 */
export async function isTty(engine: EngineClient, id: string): Promise<boolean> {
  return containerSchema.parse(await engine.json('GET', enginePath('containers', id, 'json'))).Config.Tty ?? false;
}
