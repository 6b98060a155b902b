import { join } from 'node:path';
import { Menu, nativeImage, Tray } from 'electron';
import { type EngineClient, enginePath } from '../engine/http-client.ts';
import type { Supervisor } from '../engine/supervisor.ts';
import type { TaskList } from '../tasks/task-list.ts';
import { type Language, WORDS } from '../words/words.ts';
import { followContainers, TrayContainers } from './tray-containers.ts';
import { type TrayActions, trayMenu } from './tray-menu.ts';

/** Changes that come together are one new menu. */
const TOGETHER_MS = 100;

export interface TrayOptions {
  readonly program: string;
  readonly supervisor: Supervisor;
  readonly engine: EngineClient;
  readonly tasks: Pick<TaskList, 'rows' | 'row' | 'onChange'>;
  readonly language: () => Language;
  readonly app: Pick<TrayActions, 'open' | 'openContainer' | 'openPort' | 'quit'>;
}

/** The icon in the system's tray; its menu follows the engine, its containers and the tasks, and is built anew only when it would differ. */
export function openTray({ program, supervisor, engine, tasks, language, app }: TrayOptions): Disposable & { refresh(): void } {
  const tray = new Tray(nativeImage.createFromPath(join(program, 'assets/icons/tray.png')));
  const containers = new TrayContainers();
  const runningTasks = new Set(tasks.rows().flatMap(({ id, state }) => (state === 'running' ? [id] : [])));
  let following: AbortController | null = null;
  let timer: NodeJS.Timeout | null = null;
  let shown = '';

  const actions: TrayActions = {
    ...app,
    startEngine: () => void supervisor.restart().catch(() => undefined),
    // What could not be done shows as the state that did not change; the window has the words.
    container: (id, verb) => void engine.json('POST', enginePath('containers', id, verb)).catch(() => undefined),
  };
  const show = () => {
    const words = WORDS[language()].tray;
    const { state } = supervisor;
    const all = [...containers.all.values()];
    const tip = state.state === 'running' ? words.tip(all.filter(({ running }) => running).length) : words.engine[state.state];
    const menu = trayMenu({ engine: state, containers: all, runningTasks: runningTasks.size, words, language: language() }, actions);
    // What a click does follows from the ids and labels, so that equal text is an equal menu.
    const next = JSON.stringify([tip, menu]);
    if (next === shown) return;
    shown = next;
    tray.setToolTip(tip);
    tray.setContextMenu(Menu.buildFromTemplate(menu));
  };
  const soon = () => {
    timer ??= setTimeout(() => {
      timer = null;
      show();
    }, TOGETHER_MS);
  };
  const follow = () => {
    following?.abort();
    following = null;
    containers.clear();
    if (supervisor.state.state === 'running') {
      following = new AbortController();
      void followContainers(engine, following.signal, containers, soon);
    }
    show();
  };

  const stack = new DisposableStack();
  stack.defer(() => tray.destroy());
  stack.defer(() => timer !== null && clearTimeout(timer));
  stack.defer(() => following?.abort());
  stack.defer(supervisor.subscribe(follow));
  stack.use(
    tasks.onChange((id) => {
      const isRunning = tasks.row(id)?.state === 'running';
      if (isRunning === runningTasks.has(id)) return;
      if (isRunning) runningTasks.add(id);
      else runningTasks.delete(id);
      soon();
    }),
  );
  tray.on('click', () => app.open(''));
  follow();
  return { refresh: show, [Symbol.dispose]: () => stack.dispose() };
}
