import { ensureBuilt } from './browser/built-page.ts';
import { parseOptions } from './browser/options.ts';
import { startSession } from './browser/session.ts';
import { ShellError } from './ipc/failure.ts';

/** Browser mode: prints the app's address and serves it until it is told to stop. The engine keeps running. */
async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  await ensureBuilt();
  await using session = await startSession(options);
  console.log(session.server.url);
  session.supervisor.subscribe(({ state, reason, version }) => console.error(`engine: ${state} ${reason}${version}`));
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(error instanceof ShellError ? error.message : error);
  process.exit(1);
}
