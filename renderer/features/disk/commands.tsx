import { BrushCleaning } from 'lucide-react';
import type { AppCommand } from '../../stores/commands.ts';
import { t } from '../../strings/t.ts';

export const DISK_APP_COMMANDS: readonly AppCommand[] = [
  {
    id: 'disk.cleanup',
    title: t.disk.cleanUp,
    group: t.disk.title,
    keys: 'Mod+Shift+K',
    icon: <BrushCleaning />,
    enabled: ({ services }) => services.engine.getState().link === 'live',
    run: ({ services, navigate }) => {
      navigate('/disk');
      services.ui.setState({ asking: { command: 'disk.cleanup', ids: [] } });
    },
  },
];
