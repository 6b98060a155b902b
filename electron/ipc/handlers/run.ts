import type { EngineClient } from '../../engine/http-client.ts';
import type { ReplacementRecords } from '../../replacing/records.ts';
import { replaceContainer, runContainer } from '../../replacing/replace-container.ts';
import type { Backend } from '../backend.ts';

export function runRequests(engine: EngineClient, records: ReplacementRecords): Pick<Backend['requests'], 'container.run'> {
  return { 'container.run': ({ replace, ...next }) => (replace === '' ? runContainer(engine, next) : replaceContainer({ engine, records }, replace, next)) };
}
