import type { ApiBackends } from '../backends.ts';
import type { ApiRoute } from '../context.ts';
import { sendJson } from '../reply.ts';
import type { DoctorReport } from '../types/doctor.ts';

export function doctorRoutes({ diagnose }: ApiBackends): readonly ApiRoute[] {
  return [
    {
      method: 'GET',
      pattern: '/slipway/v1/doctor',
      handler: async (context) => {
        const report: DoctorReport = { findings: await diagnose() };
        sendJson(context, 200, report);
      },
    },
  ];
}
