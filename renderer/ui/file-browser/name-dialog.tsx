import { type ReactElement, useState } from 'react';
import { t } from '../../strings/t.ts';
import { TextField } from '../field.tsx';
import { FormDialog } from '../form-dialog.tsx';
import { nameProblem } from './paths.ts';

export interface NameQuestion {
  readonly title: string;
  readonly action: string;
  /** What is in the field at first; it may stay. */
  readonly initial: string;
  /** Names that cannot be given. */
  readonly taken: ReadonlySet<string>;
  readonly done: (name: string) => void;
}

/** Asks for the name of something new, or for another one. */
export function NameDialog({ question, onClose }: { readonly question: NameQuestion; readonly onClose: () => void }): ReactElement {
  const [name, setName] = useState(question.initial);
  const [touched, setTouched] = useState(false);
  const problem = name === question.initial && question.initial !== '' ? null : nameProblem(name, question.taken);
  const done = () => {
    onClose();
    if (name !== question.initial) question.done(name);
  };
  return (
    <FormDialog
      title={question.title}
      action={question.action}
      onClose={onClose}
      onTry={() => {
        setTouched(true);
        return problem === null;
      }}
      onSend={done}
    >
      <TextField
        label={t.files.nameLabel}
        value={name}
        autoFocus
        mono
        error={touched && problem !== null ? t.files.nameErrors[problem] : undefined}
        onFocus={(event) => {
          // The part before the ending is what people change.
          const dot = event.currentTarget.value.lastIndexOf('.');
          event.currentTarget.setSelectionRange(0, dot > 0 ? dot : event.currentTarget.value.length);
        }}
        onChange={(next) => {
          setName(next);
          setTouched(true);
        }}
      />
    </FormDialog>
  );
}
