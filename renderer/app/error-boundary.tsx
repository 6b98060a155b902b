import { Bug } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { t } from '../strings/t.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';

interface Props {
  /** A new value gives the screen another try. */
  readonly place: string;
  readonly children: ReactNode;
}
interface State {
  readonly error: Error | null;
  readonly place: string;
}

/** A screen that fails takes only itself down. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, place: this.props.place };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.place === state.place ? null : { error: null, place: props.place };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <EmptyState
        alert
        icon={<Bug />}
        title={t.shell.broken}
        text={t.shell.brokenText}
        action={
          <Button look="primary" onClick={() => this.setState({ error: null })}>
            {t.shell.reopen}
          </Button>
        }
        note={error.message}
      />
    );
  }
}
