import type { Scenario } from './scenario.ts';
import { builds } from './scenarios/build.ts';
import { commit } from './scenarios/commit.ts';
import { exec } from './scenarios/exec.ts';
import { list } from './scenarios/list.ts';
import { load } from './scenarios/load.ts';
import { logSearches } from './scenarios/log-search.ts';
import { logs } from './scenarios/logs.ts';
import { idle, memory } from './scenarios/memory.ts';
import { network, networkWithPort, throughputs } from './scenarios/network.ts';
import { pull, pullZstd } from './scenarios/pull.ts';
import { start, startFromIdle, together } from './scenarios/start.ts';

/** By the word of the command line. */
export const SCENARIOS: Readonly<Record<string, readonly Scenario[]>> = {
  start: [start, startFromIdle],
  together: [together],
  exec: [exec],
  list: [list],
  load: [load],
  pull: [pull, pullZstd],
  logs: [logs, ...logSearches],
  build: builds,
  commit: [commit],
  memory: [idle, memory],
  network: [network, networkWithPort],
  throughput: throughputs,
};
