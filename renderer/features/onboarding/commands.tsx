import { Sparkles } from 'lucide-react';
import type { AppCommand } from '../../stores/commands.ts';
import { t } from '../../strings/t.ts';

export const ONBOARDING_COMMANDS: readonly AppCommand[] = [
  {
    id: 'app.welcome',
    title: t.welcome.command,
    group: t.shortcuts.groups.everywhere,
    keys: 'Mod+Shift+H',
    icon: <Sparkles />,
    menu: 'help',
    run: ({ navigate }) => navigate('/welcome'),
  },
];
