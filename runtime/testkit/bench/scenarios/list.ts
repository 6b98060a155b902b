import { type Scenario, timed } from '../scenario.ts';

const LISTED = 200;

/** Created and not running, which spares the machine; an engine has no less to say of them. */
export const list: Scenario = {
  title: `list of ${LISTED} containers`,
  unit: 'ms',
  rounds: 60,
  prepare: async (engine, { image }) => {
    const ids: string[] = [];
    for (let index = 0; index < LISTED; index++) ids.push(await engine.create(image, ['true']));
    return {
      once: () =>
        timed(async () => {
          const rows = await engine.json<unknown[]>('GET', '/containers/json?all=1');
          if (rows.length < LISTED) throw new Error(`${engine.name}: ${rows.length} containers are listed instead of ${LISTED}`);
        }),
      [Symbol.asyncDispose]: async () => {
        for (const id of ids) await engine.remove(id);
      },
    };
  },
};
