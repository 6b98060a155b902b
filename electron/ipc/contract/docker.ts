import { z } from 'zod';

/** Who answers at /var/run/docker.sock, where programs look that know of no contexts. */
export interface SocketOwner {
  readonly path: string;
  /** `dead`: it is there and nobody answers. `forbidden`: this user may not ask. */
  readonly state: 'none' | 'ours' | 'other' | 'dead' | 'forbidden';
  /** Where it leads when it is a link; may be empty. */
  readonly target: string;
  /** Of another engine. */
  readonly name: string;
  readonly version: string;
}

export interface DockerContextState {
  /** Commands of the docker CLI go to this engine. */
  readonly on: boolean;
  /** Name of the context in force; `default`: none. */
  readonly current: string;
  /** The file that names it. */
  readonly config: string;
  /** Address of this engine, as DOCKER_HOST has it. */
  readonly host: string;
  /** The variable of this process that is stronger than any context, if one is set. */
  readonly overruledBy: '' | 'DOCKER_HOST' | 'DOCKER_CONTEXT';
  readonly socket: SocketOwner;
}

export const dockerRequestSchemas = {
  'docker.context': z.strictObject({}),
  /** Creates the context `slipway` and makes it the current one; off: removes it, and the one before is current again. Idempotent. */
  'docker.setContext': z.strictObject({ on: z.boolean() }),
} as const;

export interface DockerResults {
  'docker.context': DockerContextState;
  'docker.setContext': DockerContextState;
}
