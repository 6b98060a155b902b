import type { Registries } from './credentials/registries.ts';
import type { DockerContext } from './docker/docker-context.ts';
import type { DragFiles } from './downloads/drag-files.ts';
import type { Tickets } from './downloads/tickets.ts';
import { EngineClient } from './engine/http-client.ts';
import type { Supervisor } from './engine/supervisor.ts';
import type { Backend } from './ipc/backend.ts';
import { appCommandStreams, type CommandDesk } from './ipc/handlers/app-commands.ts';
import { buildRequests, buildStreams } from './ipc/handlers/builds.ts';
import { containerRequests } from './ipc/handlers/containers.ts';
import { diskRequests } from './ipc/handlers/disk.ts';
import { dockerRequests } from './ipc/handlers/docker.ts';
import { downloadRequests } from './ipc/handlers/downloads.ts';
import { dragRequests, dragStreams } from './ipc/handlers/drags.ts';
import { engineRequests, engineStreams, type ShellFacts } from './ipc/handlers/engine.ts';
import { engineSettingsRequests } from './ipc/handlers/engine-settings.ts';
import { feedStreams } from './ipc/handlers/feed.ts';
import { fileRequests, fileStreams } from './ipc/handlers/files.ts';
import { hostRequests } from './ipc/handlers/host.ts';
import { imageLoadStreams } from './ipc/handlers/image-load.ts';
import { imageRequests } from './ipc/handlers/images.ts';
import { logRequests, logStreams } from './ipc/handlers/logs.ts';
import { networkRequests } from './ipc/handlers/networks.ts';
import { noticeRequests, noticeStreams } from './ipc/handlers/notices.ts';
import { onboardingRequests } from './ipc/handlers/onboarding.ts';
import { type PathChooser, pathRequests } from './ipc/handlers/paths.ts';
import { imageRemoteStreams, registryRequests } from './ipc/handlers/registries.ts';
import { runRequests } from './ipc/handlers/run.ts';
import { settingsRequests } from './ipc/handlers/settings.ts';
import { shellRequests } from './ipc/handlers/shells.ts';
import { supportRequests } from './ipc/handlers/support.ts';
import { taskRequests, taskStreams } from './ipc/handlers/tasks.ts';
import { type OpenTerminalWindow, terminalRequests, terminalStreams } from './ipc/handlers/terminal.ts';
import { updateRequests, updateStreams } from './ipc/handlers/updates.ts';
import { volumeRequests, volumeStreams } from './ipc/handlers/volumes.ts';
import type { Watch } from './notifications/watch.ts';
import type { ReplacementRecords } from './replacing/records.ts';
import type { Recovery } from './replacing/recovery.ts';
import type { SettingsStore } from './settings/store.ts';
import { SupportBundles } from './support/bundle.ts';
import type { TaskList } from './tasks/task-list.ts';
import type { TerminalSessions } from './terminals/terminal-sessions.ts';
import type { ImageChecks } from './updates/image-checks.ts';
import type { Updates } from './updates/updates.ts';

/** What lives as long as the shell does. */
export interface ShellServices {
  /** Absent: the shell has no chooser of the system. */
  readonly choosePath?: PathChooser;
  /** Absent: the shell has no menus. */
  readonly commandDesk?: CommandDesk;
  readonly supervisor: Supervisor;
  readonly settings: SettingsStore;
  readonly tasks: TaskList;
  readonly records: ReplacementRecords;
  readonly recovery: Recovery;
  readonly watch: Watch;
  readonly imageChecks: ImageChecks;
  readonly tickets: Tickets;
  /** Absent: the browser drags by itself. */
  readonly drags?: DragFiles;
  readonly registries: Registries;
  readonly docker: DockerContext;
  readonly terminals: TerminalSessions;
  /** Absent where the shell has no windows. */
  readonly openTerminalWindow?: OpenTerminalWindow;
  /** Absent: the shell does not update itself. */
  readonly updates?: Updates;
}

/** Everything that a page may ask, over one engine. */
export function createBackend(services: ShellServices, facts: ShellFacts): Backend {
  const { supervisor, settings, tasks, tickets, registries, terminals } = services;
  const engine = new EngineClient(facts.socket);
  const bundles = new SupportBundles({ engine, settings, shell: facts.shell, log: facts.log });
  return {
    requests: {
      ...engineRequests(supervisor, facts),
      ...runRequests(engine, services.records),
      ...containerRequests(engine),
      ...logRequests(engine),
      ...hostRequests(),
      ...shellRequests(engine),
      ...onboardingRequests(engine),
      ...terminalRequests(engine, terminals, services.openTerminalWindow),
      ...imageRequests(engine),
      ...networkRequests(engine),
      ...diskRequests(engine),
      ...registryRequests(engine, registries, services.imageChecks),
      ...settingsRequests(settings),
      ...engineSettingsRequests(engine),
      ...dockerRequests(services.docker),
      ...supportRequests(engine, bundles, facts.log),
      ...downloadRequests(engine, tickets, bundles),
      ...dragRequests(services.drags),
      ...fileRequests(engine),
      ...volumeRequests(engine),
      ...taskRequests(tasks),
      ...buildRequests(engine),
      ...pathRequests(services.choosePath ?? null),
      ...updateRequests(services.updates),
      ...noticeRequests(services.watch, services.recovery),
    },
    streams: {
      ...engineStreams(supervisor, facts),
      ...appCommandStreams(services.commandDesk),
      ...feedStreams(engine),
      ...logStreams(engine),
      ...terminalStreams(terminals),
      ...imageLoadStreams(engine, tasks),
      ...imageRemoteStreams(services.imageChecks),
      ...dragStreams(engine, services.drags),
      ...fileStreams(engine),
      ...volumeStreams(engine, tasks),
      ...taskStreams(tasks),
      ...buildStreams(engine),
      ...noticeStreams(services.watch),
      ...updateStreams(services.updates),
    },
  };
}
