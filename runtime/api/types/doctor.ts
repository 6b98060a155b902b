import type { Finding } from '../../base/finding.ts';

export type { FindingCode, FindingParams } from '../../base/finding.ts';

/** GET /slipway/v1/doctor: what on this machine may keep containers from working, worst first. */
export interface DoctorReport {
  readonly findings: readonly Finding[];
}
