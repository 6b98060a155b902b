/**
 * GET /slipway/v1/registry/tags?name=NAME[&last=TAG][&limit=100] and GET /slipway/v1/registry/repositories?host=HOST[&last=NAME][&limit=100]:
 * a page of names in the registry's order. `limit` is at most 1000. Credentials in X-Registry-Auth, as for a pull.
 */
export interface RegistryNamesAnswer {
  readonly names: readonly string[];
  /** What to give as `last` for the page after this one; empty: there is none. */
  readonly next: string;
}

/** GET /slipway/v1/registry/digest?name=NAME: what the name stands for in its registry now, as RepoDigests has it after a pull. */
export interface RegistryDigestAnswer {
  readonly digest: string;
}

/** POST /slipway/v1/images/reclaimable with `{"ids": [...]}`: bytes that removing all of these would free; what a container uses counts for nothing. */
export interface ReclaimableAnswer {
  readonly bytes: number;
}
