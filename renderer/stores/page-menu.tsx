import { Ellipsis } from 'lucide-react';
import type { ReactElement } from 'react';
import { t } from '../strings/t.ts';
import { IconButton } from '../ui/button.tsx';
import { Menu, type MenuAction } from '../ui/menu.tsx';
import { useCommandContext } from './object-commands.tsx';
import { keysOf } from './shortcuts.ts';

/** The menu at the end of a place's bar: commands of the application by their ids, with their keys as they are now; `first` stands above them. */
export function PageMenu({ ids, first = [] }: { readonly ids: readonly string[]; readonly first?: readonly MenuAction[] }): ReactElement {
  const context = useCommandContext();
  const actions = (): readonly MenuAction[] => {
    const chosen = context.services.settings.getState().shortcuts;
    const own = context.commands.app
      .filter(({ id }) => ids.includes(id))
      .map((command): MenuAction => {
        const keys = keysOf(command, chosen);
        return {
          id: command.id,
          label: command.title,
          ...(command.icon && { icon: command.icon }),
          ...(keys !== undefined && { keys }),
          ...(command.danger && { danger: true, apart: true }),
          disabled: command.enabled?.(context) === false,
          run: () => command.run(context),
        };
      });
    const all = [...first, ...own];
    return all.map((action, index) => (index === 0 ? { ...action, apart: false } : action));
  };
  return (
    <Menu
      trigger={
        <IconButton label={t.more}>
          <Ellipsis />
        </IconButton>
      }
      actions={actions}
    />
  );
}
