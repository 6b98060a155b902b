import { Attachment } from '../attach/attachment.ts';
import { parseDetachKeys } from '../attach/detach-keys.ts';
import type { AttachedStreams } from '../container-service.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';

export interface AttachOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly detachKeys?: string;
  readonly signal: AbortSignal;
}

/** Connects to a running container, or waits for its start. */
export async function attachContainer(engine: ContainerEngine, entity: Entity, options: AttachOptions): Promise<AttachedStreams> {
  const { config } = entity.container;
  const tty = config.Tty ?? false;
  const detachKeys = parseDetachKeys(options.detachKeys);
  const attachment = new Attachment({
    tty,
    stdin: options.stdin && (config.OpenStdin ?? false),
    stdout: options.stdout,
    stderr: options.stderr && !tty,
    detachKeys: tty ? detachKeys : null,
    signal: options.signal,
    onEnd: (isDetached) => {
      entity.pending.delete(attachment);
      if (isDetached) engine.announce(entity, 'detach');
    },
  });
  entity.pending.add(attachment);
  if (entity.monitor !== null && entity.isLive) {
    entity.pending.delete(attachment);
    attachment.connect(await entity.monitor.attach({ stdin: attachment.stdin, stdout: attachment.stdout, stderr: attachment.stderr }));
  }
  engine.announce(entity, 'attach');
  return attachment;
}
