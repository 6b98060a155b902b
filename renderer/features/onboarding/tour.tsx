import { Activity, ArrowUpRight, Check, ScrollText, SquareTerminal } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { useLocation } from 'wouter';
import { useEngine, useServices, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import styles from './tour.module.css';

const words = t.welcome;
type Step = keyof typeof words.steps;
const ICONS: Readonly<Record<Step, ReactElement>> = {
  logs: <ScrollText />,
  terminal: <SquareTerminal />,
  stats: <Activity />,
  page: <ArrowUpRight />,
};

/** Shows a newcomer what there is to see of the first container; ticks what was seen. */
export function Tour(): ReactElement | null {
  const { ui } = useServices();
  const tour = useUiState((state) => state.tour);
  const tab = useUiState((state) => state.detailsTab.containers);
  const name = useEngine((state) => (tour ? state.containers.get(tour.id)?.name : undefined));
  const [, navigate] = useLocation();
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  // What is shown now is seen; known while this is drawn, as it takes no further look.
  if (tour && !seen.has(tab)) setSeen(new Set([...seen, tab]));
  if (!tour || name === undefined) return null;
  const end = () => ui.setState({ tour: null });
  const show = (step: Step) => {
    if (step === 'page') {
      setSeen((before) => new Set([...before, step]));
      window.open(`http://127.0.0.1:${tour.port}/`, '_blank', 'noopener,noreferrer');
      return;
    }
    ui.setTab('containers', step);
    navigate(`/containers/${tour.id}`);
  };
  const steps = (Object.keys(words.steps) as Step[]).filter((step) => step !== 'page' || tour.port > 0);
  return (
    <aside className={styles.tour} aria-label={words.tour}>
      <p className={styles.text}>{words.tourText(name)}</p>
      <ul className={styles.steps}>
        {steps.map((step) => (
          <li key={step}>
            <button type="button" className={styles.step} onClick={() => show(step)}>
              {ICONS[step]}
              <span>{words.steps[step]}</span>
              {seen.has(step) && <Check aria-label={words.seen} className={styles.seen} />}
            </button>
          </li>
        ))}
      </ul>
      <Button small onClick={end}>
        {words.done}
      </Button>
    </aside>
  );
}
