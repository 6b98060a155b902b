import {
  ArrowLeft,
  ArrowRight,
  FileSearch,
  Filter,
  Keyboard,
  Languages,
  Monitor,
  Moon,
  PanelLeft,
  Power,
  Ratio,
  Rows3,
  Search,
  SquareTerminal,
  Sun,
  TextSearch,
  ZoomIn,
  ZoomOut,
} from 'lucide-react';
import type { ReactElement } from 'react';
import type { Settings } from '../../electron/ipc/contract/settings.ts';
import { TASK_COMMANDS, TASKS } from '../features/activity/commands.tsx';
import { BUILD_APP_COMMANDS, BUILD_COMMANDS, BUILDS } from '../features/builds/commands.tsx';
import { CONTAINER_APP_COMMANDS, CONTAINER_COMMANDS, CONTAINERS } from '../features/containers/commands.tsx';
import { DIAGNOSTICS_COMMANDS } from '../features/diagnostics/commands.tsx';
import { DISK_APP_COMMANDS } from '../features/disk/commands.tsx';
import { IMAGE_APP_COMMANDS, IMAGE_COMMANDS, IMAGES } from '../features/images/commands.tsx';
import { NETWORK_APP_COMMANDS, NETWORK_COMMANDS, NETWORKS } from '../features/networks/commands.tsx';
import { ONBOARDING_COMMANDS } from '../features/onboarding/commands.tsx';
import { REGISTRIES, REGISTRY_APP_COMMANDS, REGISTRY_COMMANDS } from '../features/registries/commands.tsx';
import { SETTINGS_COMMANDS } from '../features/settings/commands.tsx';
import { UPDATE_COMMANDS } from '../features/updates/commands.tsx';
import { VOLUME_APP_COMMANDS, VOLUME_COMMANDS, VOLUMES } from '../features/volumes/commands.tsx';
import type { AppCommand, CommandContext, Commands, ObjectCommand, ObjectKind } from '../stores/commands.ts';
import { tellFailure } from '../stores/services.tsx';
import { LANGUAGES } from '../strings/languages.ts';
import { t } from '../strings/t.ts';
import { focusMainNext } from '../ui/focus-main.ts';
import { APP_PLACES } from './places.tsx';
import { zoomed } from './zoom.ts';

const words = t.shortcuts;
const everywhere = words.groups.everywhere;

/** Writes settings; a failure is told, as they are shown at once. */
function choose({ services: { settings, toasts } }: CommandContext, change: Partial<Settings>): void {
  settings.write(change).catch((error: unknown) => tellFailure(toasts, t.shell.notKept, error));
}

const places: readonly AppCommand[] = APP_PLACES.map(({ path, label, icon, foot }, index) => ({
  id: `go${path.replace('/', '.')}`,
  title: words.go(label),
  group: words.groups.places,
  ...(path === '/settings' ? { keys: 'Mod+,' } : index < 9 && !foot ? { keys: `Mod+${index + 1}` } : {}),
  icon,
  menu: 'go',
  run: ({ navigate }) => {
    navigate(path);
    // Who goes by keys goes on by keys.
    focusMainNext();
  },
}));

const THEMES: readonly (readonly [Settings['theme'], string, ReactElement])[] = [
  ['system', t.shell.system, <Monitor key="system" />],
  ['light', t.shell.light, <Sun key="light" />],
  ['dark', t.shell.dark, <Moon key="dark" />],
  ['contrast-light', t.shell.contrastLight, <Sun key="contrast-light" />],
  ['contrast-dark', t.shell.contrastDark, <Moon key="contrast-dark" />],
];

const looks: readonly AppCommand[] = [
  {
    id: 'zoom.in',
    title: words.zoomIn,
    group: words.groups.looks,
    keys: 'Mod+Plus',
    repeats: true,
    icon: <ZoomIn />,
    menu: 'view',
    run: (context) => choose(context, { zoom: zoomed(context.services.settings.getState().zoom, 1) }),
  },
  {
    id: 'zoom.out',
    title: words.zoomOut,
    group: words.groups.looks,
    keys: 'Mod+Minus',
    repeats: true,
    icon: <ZoomOut />,
    menu: 'view',
    run: (context) => choose(context, { zoom: zoomed(context.services.settings.getState().zoom, -1) }),
  },
  {
    id: 'zoom.reset',
    title: words.zoomReset,
    group: words.groups.looks,
    keys: 'Mod+0',
    icon: <Ratio />,
    menu: 'view',
    run: (context) => choose(context, { zoom: 1 }),
  },
  {
    id: 'density.toggle',
    title: words.density,
    group: words.groups.looks,
    keys: 'Mod+Shift+D',
    icon: <Rows3 />,
    menu: 'view',
    run: (context) => choose(context, { density: context.services.settings.getState().density === 'compact' ? 'comfortable' : 'compact' }),
  },
  ...THEMES.map(
    ([theme, title, icon]): AppCommand => ({
      id: `theme.${theme}`,
      title: words.theme(title),
      group: words.groups.looks,
      icon,
      enabled: ({ services }) => services.settings.getState().theme !== theme,
      run: (context) => choose(context, { theme }),
    }),
  ),
  ...LANGUAGES.map(
    ({ id, name }): AppCommand => ({
      id: `language.${id}`,
      title: words.language(name),
      group: words.groups.looks,
      icon: <Languages />,
      enabled: ({ services }) => services.settings.getState().language !== id,
      run: (context) => choose(context, { language: id }),
    }),
  ),
];

const APP_COMMANDS: readonly AppCommand[] = [
  {
    id: 'app.palette',
    title: words.palette,
    group: everywhere,
    keys: 'Mod+K',
    icon: <Search />,
    menu: 'go',
    run: ({ services: { ui } }) => ui.setState(({ overlay }) => ({ overlay: overlay === 'palette' ? 'none' : 'palette' })),
  },
  {
    id: 'logs.search',
    title: words.searchLogs,
    group: everywhere,
    keys: 'Mod+Shift+F',
    icon: <FileSearch />,
    menu: 'go',
    run: ({ services: { ui } }) => ui.setState({ overlay: 'palette' }),
  },
  { id: 'app.back', title: t.shell.back, group: everywhere, keys: 'Alt+Left', icon: <ArrowLeft />, menu: 'go', run: () => history.back() },
  { id: 'app.forward', title: t.shell.forward, group: everywhere, keys: 'Alt+Right', icon: <ArrowRight />, menu: 'go', run: () => history.forward() },
  {
    id: 'list.filter',
    title: words.filter,
    group: words.groups.lists,
    keys: '/',
    icon: <Filter />,
    enabled: () => fieldOf('list.filter') !== null,
    run: () => fieldOf('list.filter')?.focus(),
  },
  {
    id: 'details.find',
    title: words.find,
    group: everywhere,
    keys: 'Mod+F',
    icon: <TextSearch />,
    menu: 'go',
    enabled: () => fieldOf('details.find') !== null,
    run: () => {
      const field = fieldOf('details.find');
      field?.focus();
      field?.select();
    },
  },
  {
    id: 'app.terminal',
    title: words.terminal,
    group: everywhere,
    keys: 'Mod+`',
    icon: <SquareTerminal />,
    menu: 'view',
    run: ({ services: { ui } }) => ui.setState(({ terminalOpen }) => ({ terminalOpen: !terminalOpen })),
  },
  {
    id: 'app.sidebar',
    title: words.sidebar,
    group: everywhere,
    keys: 'Mod+B',
    icon: <PanelLeft />,
    menu: 'view',
    run: ({ services: { ui } }) => ui.setState(({ sidebarNarrow }) => ({ sidebarNarrow: !sidebarNarrow })),
  },
  {
    id: 'engine.start',
    title: t.engine.restart,
    group: everywhere,
    keys: 'Mod+Shift+S',
    icon: <Power />,
    enabled: ({ services }) => services.engine.getState().link === 'down',
    run: ({ services: { transport, toasts } }) =>
      void transport.request('engine.restart', {}).catch((error: unknown) => tellFailure(toasts, t.engine.restartFailed, error)),
  },
  {
    id: 'app.shortcuts',
    title: words.help,
    group: everywhere,
    keys: '?',
    icon: <Keyboard />,
    menu: 'help',
    run: ({ services: { ui } }) => ui.setState({ overlay: 'shortcuts' }),
  },
];

/** The field that a command leads to, on the screen that is shown. */
const fieldOf = (command: string): HTMLInputElement | null => document.querySelector<HTMLInputElement>(`main [role="searchbox"][data-command="${command}"]`);

/** One line a feature, in the order of the palette. */
const features: readonly { readonly app?: readonly AppCommand[]; readonly objects?: readonly ObjectCommand[]; readonly kind?: ObjectKind }[] = [
  { app: CONTAINER_APP_COMMANDS, objects: CONTAINER_COMMANDS, kind: CONTAINERS },
  { app: IMAGE_APP_COMMANDS, objects: IMAGE_COMMANDS, kind: IMAGES },
  { app: REGISTRY_APP_COMMANDS, objects: REGISTRY_COMMANDS, kind: REGISTRIES },
  { app: VOLUME_APP_COMMANDS, objects: VOLUME_COMMANDS, kind: VOLUMES },
  { app: DISK_APP_COMMANDS },
  { app: NETWORK_APP_COMMANDS, objects: NETWORK_COMMANDS, kind: NETWORKS },
  { app: BUILD_APP_COMMANDS, objects: BUILD_COMMANDS, kind: BUILDS },
  { objects: TASK_COMMANDS, kind: TASKS },
  { app: ONBOARDING_COMMANDS },
  { app: DIAGNOSTICS_COMMANDS },
  { app: UPDATE_COMMANDS },
  { app: SETTINGS_COMMANDS },
];

/** Everything that can be done. */
export const COMMANDS: Commands = {
  app: [...features.flatMap(({ app = [] }) => app), ...places, ...APP_COMMANDS, ...looks],
  objects: features.flatMap(({ objects = [] }) => objects),
  kinds: features.flatMap(({ kind }) => kind ?? []),
};
