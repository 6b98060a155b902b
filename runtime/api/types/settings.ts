import type { DaemonConfig } from '../../formats/docker/daemon-config.ts';

export type { DaemonConfig } from '../../formats/docker/daemon-config.ts';

/**
 * GET /slipway/v1/settings, and the answer of PUT with a DaemonConfig, which replaces the whole file: 400 names the key at fault and
 * changes nothing. What is set is in force at once, for containers, networks, pulls and builds that begin later.
 */
export interface EngineSettingsAnswer {
  /** Of the file. */
  readonly path: string;
  /** With the defaults of what the file leaves out. */
  readonly settings: DaemonConfig;
  /** What the engine's command line adds and nobody can take away here. */
  readonly fixed: { readonly 'registry-mirrors': readonly string[]; readonly 'insecure-registries': readonly string[] };
  readonly root: string;
}
