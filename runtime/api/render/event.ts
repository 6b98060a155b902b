import type { EngineEvent } from '../../base/events.ts';
import { int64 } from '../json.ts';

/** Docker's event object, with the older `status`, `id` and `from` beside it for containers and images. */
export function eventJson(event: EngineEvent): object {
  const older =
    event.type === 'container' || event.type === 'image'
      ? { status: event.action, id: event.id, ...(event.type === 'container' ? { from: event.attributes['image'] ?? '' } : {}) }
      : {};
  return {
    ...older,
    Type: event.type,
    Action: event.action,
    Actor: { ID: event.id, Attributes: event.attributes },
    scope: 'local',
    time: Number(event.timeNano / 1_000_000_000n),
    timeNano: int64(event.timeNano),
  };
}
