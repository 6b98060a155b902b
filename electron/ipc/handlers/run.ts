import { z } from 'zod';
import { type EngineClient, enginePath } from '../../engine/http-client.ts';
import type { Backend } from '../backend.ts';
import type { RunRequest } from '../contract/containers.ts';

const createdSchema = z.looseObject({ Id: z.string(), Warnings: z.array(z.string()).nullish() });

export function runRequests(engine: EngineClient): Pick<Backend['requests'], 'container.run'> {
  return {
    async 'container.run'(params) {
      const query = params.name === '' ? {} : { name: params.name };
      const { Id: id, Warnings } = createdSchema.parse(await engine.json('POST', '/containers/create', { query, json: createBody(params) }));
      try {
        await engine.json('POST', enginePath('containers', id, 'start'));
      } catch (error) {
        // The person corrects the form and runs it again: a container that never ran would hold its name.
        await engine.json('DELETE', enginePath('containers', id), { query: { force: true, v: true } }).catch(() => undefined);
        throw error;
      }
      return { id, warnings: Warnings ?? [] };
    },
  };
}

/** The body of Docker's `POST /containers/create`; what the form leaves empty is left to the image. */
export function createBody(params: RunRequest): Record<string, unknown> {
  const { command, entrypoint, user, workingDir, network } = params;
  return {
    Image: params.image,
    ...(command.length > 0 && { Cmd: command }),
    ...(entrypoint.length > 0 && { Entrypoint: entrypoint }),
    ...(user !== '' && { User: user }),
    ...(workingDir !== '' && { WorkingDir: workingDir }),
    Env: params.env,
    Tty: params.tty,
    OpenStdin: params.openStdin,
    HostConfig: {
      AutoRemove: params.autoRemove,
      ...(network !== '' && { NetworkMode: network }),
      Mounts: params.mounts.map((mount) => ({
        Type: mount.source.startsWith('/') ? 'bind' : 'volume',
        Source: mount.source,
        Target: mount.target,
        ReadOnly: mount.readonly,
      })),
      ...(params.memory > 0 && { Memory: params.memory }),
      ...(params.cpus > 0 && { NanoCpus: Math.round(params.cpus * 1e9) }),
      ...(params.pids > 0 && { PidsLimit: params.pids }),
    },
  };
}
