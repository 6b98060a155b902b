import { CircleArrowUp, RefreshCw } from 'lucide-react';
import type { AppCommand } from '../../stores/commands.ts';
import { tellFailure } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';

const words = t.updates;

export const UPDATE_COMMANDS: readonly AppCommand[] = [
  {
    id: 'update.check',
    title: words.checkMenu,
    group: t.shortcuts.groups.everywhere,
    keys: 'Mod+Shift+U',
    icon: <RefreshCw />,
    menu: 'help',
    // A copy that does not update itself says why on the screen that this leads to.
    run: ({ services: { updates, toasts }, navigate }) => {
      navigate('/settings/updates');
      if (updates.getState().update?.way === 'self') updates.ask('check').catch((error: unknown) => tellFailure(toasts, words.refused, error));
    },
  },
  {
    id: 'update.install',
    title: words.restart,
    group: t.shortcuts.groups.everywhere,
    keys: 'Mod+Shift+Y',
    icon: <CircleArrowUp />,
    enabled: ({ services }) => services.updates.getState().update?.phase === 'ready',
    run: ({ services: { ui } }) => ui.setState({ asking: { command: 'update.install', ids: [] } }),
  },
];
