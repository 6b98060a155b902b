import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createBackend } from '../backend.ts';
import { NO_CIPHER } from '../credentials/cipher.ts';
import { openRegistries } from '../credentials/registries.ts';
import { DockerContext } from '../docker/docker-context.ts';
import { Tickets } from '../downloads/tickets.ts';
import { engineHost } from '../engine/engine-host.ts';
import { engineLogPath } from '../engine/engine-log.ts';
import { engineRuns } from '../engine/engine-runs.ts';
import { EngineClient } from '../engine/http-client.ts';
import { engineProgram } from '../engine/program.ts';
import { Supervisor } from '../engine/supervisor.ts';
import { notKeptNotice } from '../notifications/decide.ts';
import { NoticeFile } from '../notifications/notice-file.ts';
import { Notices } from '../notifications/notices.ts';
import { watchOf } from '../notifications/watch-of.ts';
import { ReplacementRecords } from '../replacing/records.ts';
import { Recovery } from '../replacing/recovery.ts';
import { Keeping } from '../settings/keeping.ts';
import { allWritten, configDirectory, SettingsStore } from '../settings/store.ts';
import { PROGRAMS } from '../tasks/programs.ts';
import { TaskHistory } from '../tasks/task-history.ts';
import { TaskList } from '../tasks/task-list.ts';
import { TerminalSessions } from '../terminals/terminal-sessions.ts';
import { imageChecksOf } from '../updates/image-checks-of.ts';
import { type BrowserOptions, PROGRAM_ROOT } from './options.ts';
import { type BrowserServer, startServer } from './server.ts';

export interface BrowserSession extends AsyncDisposable {
  readonly server: BrowserServer;
  readonly supervisor: Supervisor;
}

/** Browser mode: an engine that is found or started, and the server of the page. The engine outlives it. `ownUserOnly`: see ServerOptions. */
export async function startSession({ port, location }: BrowserOptions, ownUserOnly = false): Promise<BrowserSession> {
  const stack = new AsyncDisposableStack();
  // Last of all: what was noted on the way is on the disk.
  stack.defer(() => allWritten());
  try {
    const supervisor = stack.use(new Supervisor(engineHost(location, engineProgram(false, PROGRAM_ROOT, ''))));
    const config = configDirectory(process.env);
    const settings = new SettingsStore(join(config, 'settings.json'), (written) => {
      current = written;
      imageChecks.apply();
    });
    let current = await settings.read();
    const keeping = new Keeping();
    const history = new TaskHistory(join(config, 'tasks.json'), keeping);
    const engine = new EngineClient(location.socket);
    const registries = openRegistries(engine, config, NO_CIPHER);
    const records = new ReplacementRecords(join(config, 'replacing'));
    const tasks = stack.use(await TaskList.open({ engine, registries, records, programs: PROGRAMS, history }));
    const watch = stack.use(watchOf(engine, tasks, supervisor, await Notices.open(new NoticeFile(join(config, 'notices.json'), keeping))));
    keeping.tell((reason) => watch.notices.take(notKeptNotice(config, reason)));
    // What happens is kept for who comes later, whether or not somebody is told of it now.
    stack.use(watch.use());
    const recovery = stack.use(new Recovery({ engine, records, notices: watch.notices, onEngine: engineRuns(supervisor) }));
    const imageChecks = stack.use(await imageChecksOf({ engine, registries, settings: () => current, config, keeping, supervisor, watch }));
    const docker = new DockerContext({ socket: location.socket, config, env: process.env });
    const tickets = new Tickets();
    const terminals = stack.use(new TerminalSessions());
    const backend = createBackend(
      { supervisor, settings, tasks, records, recovery, watch, imageChecks, tickets, registries, docker, terminals },
      { socket: location.socket, log: engineLogPath(location), shell: 'browser' },
    );
    const directory = join(PROGRAM_ROOT, 'dist/renderer');
    const server = stack.use(await startServer({ port, directory, backend, tickets, token: randomBytes(32).toString('base64url'), ownUserOnly }));
    void supervisor.start();
    const owned = stack.move();
    return { server, supervisor, [Symbol.asyncDispose]: () => owned.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
