import { PackageOpen } from 'lucide-react';
import type { AppCommand } from '../../stores/commands.ts';
import { t } from '../../strings/t.ts';

export const DIAGNOSTICS_COMMANDS: readonly AppCommand[] = [
  {
    id: 'support.bundle',
    title: t.diagnostics.bundle,
    group: t.diagnostics.title,
    keys: 'Mod+Shift+G',
    icon: <PackageOpen />,
    menu: 'help',
    run: ({ navigate }) => navigate('/diagnostics/support'),
  },
];
