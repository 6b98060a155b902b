import { join } from 'node:path';
import { Menu, nativeImage, Tray } from 'electron';
import { type EngineClient, enginePath } from '../engine/http-client.ts';
import type { Supervisor } from '../engine/supervisor.ts';
import { type Containers, followContainers } from './running-containers.ts';
import { trayMenu } from './tray-menu.ts';

interface AppActions {
  open(): void;
  quit(): void;
}

/** The icon in the system's tray; its menu follows the engine and its containers. */
export function openTray(program: string, supervisor: Supervisor, engine: EngineClient, app: AppActions): Disposable {
  const tray = new Tray(nativeImage.createFromPath(join(program, 'assets/icons/tray.png')));
  let containers: Containers = new Map();
  let following: AbortController | null = null;

  const verb = (id: string, name: string) => {
    // What could not be done shows as the state that did not change; the window has the words.
    engine.json('POST', enginePath('containers', id, name)).catch(() => undefined);
  };
  const actions = {
    ...app,
    startEngine: () => void supervisor.restart().catch(() => undefined),
    startContainer: (id: string) => verb(id, 'start'),
    stopContainer: (id: string) => verb(id, 'stop'),
  };
  const show = () => {
    const running = [...containers.values()].filter((container) => container.running).length;
    tray.setToolTip(supervisor.state.state === 'running' ? `Slipway: ${running} running` : `Slipway: engine ${supervisor.state.state}`);
    tray.setContextMenu(Menu.buildFromTemplate(trayMenu(supervisor.state, containers, actions)));
  };
  const follow = () => {
    following?.abort();
    following = null;
    containers = new Map();
    if (supervisor.state.state === 'running') {
      following = new AbortController();
      void followContainers(engine, following.signal, (next) => {
        containers = next;
        show();
      });
    }
    show();
  };
  const unsubscribe = supervisor.subscribe(follow);
  tray.on('click', () => app.open());
  follow();
  return {
    [Symbol.dispose]() {
      unsubscribe();
      following?.abort();
      tray.destroy();
    },
  };
}
