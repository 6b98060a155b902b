/** GET /slipway/v1/status: that an engine answers, and which. */
export interface EngineStatus {
  readonly version: string;
  /** Newest Docker Engine API served. */
  readonly apiVersion: string;
  readonly pid: number;
  readonly root: string;
  readonly run: string;
  /** Resident bytes of the engine's own process. */
  readonly memory: number;
}
