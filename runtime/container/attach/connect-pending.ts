import { messageOf } from '../../base/errors.ts';
import type { MonitorHandle, PreparedContainer } from '../../sys/launcher/launcher.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';

/** Clients that attached before the start see the first byte of output. */
export async function connectPending(entity: Entity, prepared: Pick<PreparedContainer, 'attach'>): Promise<void> {
  const waiting = [...entity.pending];
  entity.pending.clear();
  for (const attachment of waiting) {
    attachment.connect(await prepared.attach({ stdin: attachment.stdin, stdout: attachment.stdout, stderr: attachment.stderr }));
  }
}

/** Clients that attached while the program was started get what it says from here on, as those that come later do. */
export async function connectLate({ deps: { logger } }: ContainerEngine, entity: Entity, monitor: MonitorHandle): Promise<void> {
  const late = [...entity.pending];
  try {
    await connectPending(entity, monitor);
  } catch (error) {
    logger.warn('a client could not be attached to a container that has just started', { id: entity.id, error: messageOf(error) });
    for (const attachment of late) attachment.end();
  }
}
