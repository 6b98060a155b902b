import { flushCompileCache } from 'node:module';
import { createLogger } from '../base/log.ts';
import { parseCommandLine } from '../config.ts';
import { startEngine } from '../engine.ts';
import { CallFaults } from './call-faults.ts';

/**
 * An engine that kills itself at a call of its container service. A message with a number arms it for the call of that number;
 * one with -1 only counts, and `calls` answers the names of the calls since.
 */
const config = parseCommandLine(process.argv.slice(2));
if (config === 'help') throw new Error('a doomed engine needs --root and --run');
const faults = new CallFaults([config.root, config.run, '/slipway-']);
const engine = await startEngine(
  config,
  createLogger('warn', (line) => process.stderr.write(line)),
  (dependencies) => faults.between(dependencies),
);
process.on('message', (at: number | 'calls') => {
  if (at === 'calls') {
    faults.disarm();
    process.send?.([...faults.calls]);
  } else {
    faults.arm(at, () => process.kill(process.pid, 'SIGKILL'));
    process.send?.('armed');
  }
});
for (const listener of config.listeners) process.stdout.write(`listening on ${await engine.api.listen(listener)}\n`);
// The next one starts faster.
flushCompileCache();
process.once('SIGTERM', () => {
  void engine[Symbol.asyncDispose]().then(() => process.exit(0));
});
