import { Popover } from '@base-ui/react/popover';
import { ChevronDown, ChevronUp, Columns3 } from 'lucide-react';
import type { KeyboardEvent, ReactElement } from 'react';
import { t } from '../strings/t.ts';
import { Button, IconButton } from './button.tsx';
import { LabelledCheckbox } from './checkbox.tsx';
import styles from './column-chooser.module.css';
import { type Column, type ColumnChoice, isChosen, movedColumn, orderedColumns } from './table-layout.ts';

export interface ColumnChooserProps {
  readonly columns: readonly Column[];
  readonly choice: ColumnChoice;
  readonly onChoice: (choice: ColumnChoice) => void;
}

/** Which columns a table has and in which order. Arrows with Alt move the column whose line has the focus. */
export function ColumnChooser({ columns, choice, onChoice }: ColumnChooserProps): ReactElement {
  const words = t.columns;
  const listed = orderedColumns(columns, choice).filter(({ fixed }) => !fixed);
  const show = (id: string, on: boolean) => {
    const shown = columns.filter((column) => isChosen(column, choice)).map((column) => column.id);
    onChoice({ ...choice, shown: on ? [...shown, id] : shown.filter((one) => one !== id) });
  };
  const move = (id: string, steps: number) => onChoice({ ...choice, order: movedColumn(columns, choice, id, steps) });
  const keyDown = (event: KeyboardEvent, id: string) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    move(id, event.key === 'ArrowUp' ? -1 : 1);
  };
  return (
    <Popover.Root>
      <Popover.Trigger
        render={
          <IconButton small label={words.choose}>
            <Columns3 />
          </IconButton>
        }
      />
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} align="end" collisionPadding={8}>
          <Popover.Popup className={styles.popup} aria-label={words.choose}>
            <ul className={styles.list}>
              {listed.map((column, index) => (
                <li key={column.id} className={styles.line} onKeyDown={(event) => keyDown(event, column.id)}>
                  {column.header ? (
                    <span className={styles.always}>{column.label}</span>
                  ) : (
                    <LabelledCheckbox checked={isChosen(column, choice)} label={words.show(column.label)} onChange={(on) => show(column.id, on)}>
                      {column.label}
                    </LabelledCheckbox>
                  )}
                  <span className={styles.moves}>
                    <IconButton small label={words.earlier(column.label)} disabled={index === 0} onClick={() => move(column.id, -1)}>
                      <ChevronUp />
                    </IconButton>
                    <IconButton small label={words.later(column.label)} disabled={index === listed.length - 1} onClick={() => move(column.id, 1)}>
                      <ChevronDown />
                    </IconButton>
                  </span>
                </li>
              ))}
            </ul>
            <div className={styles.foot}>
              <Button small look="quiet" disabled={choice.order === null && choice.shown === null} onClick={() => onChoice({ order: null, shown: null })}>
                {words.reset}
              </Button>
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
