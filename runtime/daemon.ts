import { EngineError, messageOf } from './base/errors.ts';
import { createLogger, type Logger } from './base/log.ts';
import { type EngineConfig, parseCommandLine, USAGE } from './config.ts';
import { leanProcess } from './lean-process.ts';

/** Time for an orderly end; what takes longer is cut off, which loses nothing. */
const STOP_LIMIT_MS = 4500;

async function main(): Promise<void> {
  const config = configured();
  if (config === 'help') {
    process.stdout.write(USAGE);
    return;
  }
  const logger = createLogger(config.logLevel, (line) => process.stderr.write(line));
  await leanProcess(config.root);
  exitOnBugs(logger);
  const stopping = signalled();
  // Not before: a wrong option is to be answered at once, and what is loaded twice costs twice.
  const { startEngine } = await import('./engine.ts');
  await using engine = await startEngine(config, logger);
  for (const listener of config.listeners) process.stdout.write(`listening on ${await engine.api.listen(listener)}\n`);
  logger.info('engine started', { root: config.root, run: config.run, pid: process.pid });
  const signal = await stopping;
  logger.info('engine stops', { signal });
  setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
}

function configured(): EngineConfig | 'help' {
  const config = parseCommandLine(process.argv.slice(2));
  if (config !== 'help' && process.getuid?.() !== 0) {
    throw new EngineError('Unsupported', 'the engine must be started as root on this system; try: sudo npm run engine');
  }
  return config;
}

function signalled(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}

/** What nobody has caught is a bug. Containers outlive the engine and its state is found again, so it ends instead of guessing. */
function exitOnBugs(logger: Logger): void {
  const onBug = (error: unknown): void => {
    logger.error('the engine has failed', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    process.exit(1);
  };
  process.on('uncaughtException', onBug);
  process.on('unhandledRejection', onBug);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`slipway-engine: ${messageOf(error)}\n`);
  process.exitCode = error instanceof EngineError && error.kind === 'InvalidArgument' ? 2 : 1;
}
