import { ContextMenu } from '@base-ui/react/context-menu';
import { Menu as Base } from '@base-ui/react/menu';
import { Check, ChevronRight } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { t } from '../strings/t.ts';
import { cx } from './class-names.ts';
import { focusAtOnce } from './focus-at-once.ts';
import { Keys } from './keys.tsx';
import styles from './menu.module.css';

export interface MenuAction {
  readonly id: string;
  readonly label: string;
  readonly icon?: ReactElement;
  readonly keys?: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** A choice that is on or off. */
  readonly checked?: boolean;
  /** A line above it. */
  readonly apart?: boolean;
  /** A menu of its own beside it; then it does nothing itself. */
  readonly items?: readonly MenuAction[];
  readonly run: () => void;
}

interface ItemsProps<Actions> {
  readonly actions: Actions;
  /** `end` below a button, which most often stands at the right end of something; `start` at a pointer, and beside the item that leads to it. */
  readonly align: 'start' | 'end';
}

function Items({ actions, align }: ItemsProps<readonly MenuAction[]>): ReactElement {
  return (
    <Base.Positioner sideOffset={4} align={align} collisionPadding={8}>
      <Base.Popup ref={focusAtOnce} className={styles.popup} onClick={(event) => event.stopPropagation()}>
        {actions.flatMap((action) => [
          ...(action.apart ? [<Base.Separator key={`${action.id}-line`} className={styles.line} />] : []),
          action.items ? <Submenu key={action.id} action={action} items={action.items} /> : <Item key={action.id} action={action} />,
        ])}
      </Base.Popup>
    </Base.Positioner>
  );
}

const Item = ({ action }: { readonly action: MenuAction }): ReactElement => (
  <Base.Item disabled={action.disabled ?? false} onClick={action.run} className={cx(styles.item, action.danger && styles.danger)}>
    {action.icon}
    <span className={styles.label}>{action.label}</span>
    {action.checked === true && <Check aria-label={t.on} />}
    {action.keys !== undefined && <Keys of={action.keys} />}
  </Base.Item>
);

const Submenu = ({ action, items }: { readonly action: MenuAction; readonly items: readonly MenuAction[] }): ReactElement => (
  <Base.SubmenuRoot>
    <Base.SubmenuTrigger className={styles.item} disabled={action.disabled ?? false}>
      {action.icon}
      <span className={styles.label}>{action.label}</span>
      <ChevronRight />
    </Base.SubmenuTrigger>
    <Base.Portal>
      <Items actions={items} align="start" />
    </Base.Portal>
  </Base.SubmenuRoot>
);

interface MenuProps {
  readonly trigger: ReactElement;
  readonly actions: () => readonly MenuAction[];
  /** Its actions are found while it is open. */
  readonly live?: boolean;
}

export function Menu({ trigger, actions, live = false }: MenuProps): ReactElement {
  const [opened, setOpened] = useState(0);
  return (
    <Base.Root modal={false} onOpenChange={(open) => open && setOpened((count) => count + 1)}>
      <Base.Trigger render={trigger} />
      <Base.Portal>{live ? <Items actions={actions()} align="end" /> : <HeldItems key={opened} actions={actions} align="end" />}</Base.Portal>
    </Base.Root>
  );
}

/** Computed when the menu opens, not for each row that could open one; then they stay: none becomes another under the pointer. */
function HeldItems({ actions, align }: ItemsProps<() => readonly MenuAction[]>): ReactElement {
  const [held] = useState(actions);
  return <Items actions={held} align={align} />;
}

/** The same actions at the pointer. `children` is the element that is right-clicked. */
export function PointerMenu({ children, actions }: { readonly children: ReactElement; readonly actions: () => readonly MenuAction[] }): ReactElement {
  const [opened, setOpened] = useState(0);
  return (
    <ContextMenu.Root onOpenChange={(open) => open && setOpened((count) => count + 1)}>
      <ContextMenu.Trigger render={children} />
      <ContextMenu.Portal>
        <HeldItems key={opened} actions={actions} align="start" />
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}
