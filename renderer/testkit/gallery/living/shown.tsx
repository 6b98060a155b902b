import { Box, SearchX } from 'lucide-react';
import type { ReactElement } from 'react';
import { diskSize, memorySize, percent } from '../../../strings/format.ts';
import { Banner } from '../../../ui/banner.tsx';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { MiddleText } from '../../../ui/middle-text.tsx';
import { ProgressBar, ProgressRing } from '../../../ui/progress.tsx';
import { Quantity } from '../../../ui/quantity.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { Sparkline } from '../../../ui/sparkline.tsx';
import { StatusDot, type Tone } from '../../../ui/status-dot.tsx';
import styles from './section.module.css';
import { Fields, Framed, Row, Section } from './section.tsx';

const TONES: readonly Tone[] = ['running', 'paused', 'exited', 'failed', 'starting', 'created', 'unhealthy', 'partly'];
const COLOURS = [
  ...['surface-0', 'surface-1', 'surface-2', 'surface-sunken', 'selected', 'hover', 'line', 'line-strong', 'control-line', 'text', 'text-dim', 'text-faint'],
  ...['accent', 'focus', 'danger', 'series-1', 'series-2', 'series-3'],
];
const TWO_HOURS_AGO = Date.now() - 7_400_000;
const wave = Array.from({ length: 60 }, (_, index) => (index > 20 && index < 28 ? null : 30 + 25 * Math.sin(index / 5)));

export const Colours = (): ReactElement => (
  <Section title="Colours">
    <Row>
      {COLOURS.map((name) => (
        <span key={name} className={styles.swatch}>
          <i style={{ background: `var(--${name})` }} />
          {name}
        </span>
      ))}
    </Row>
  </Section>
);

export const States = (): ReactElement => (
  <Section title="States">
    <Row>
      {TONES.map((tone) => (
        <span key={tone} className={styles.state}>
          <StatusDot tone={tone} />
          {tone}
        </span>
      ))}
    </Row>
    <Row>
      <Quantity of={memorySize(3_481_000_000)} />
      <Quantity of={diskSize(192_112_281)} />
      <Quantity of={percent(7.25)} />
      <RelativeTime time={TWO_HOURS_AGO} />
      <Sparkline values={wave} slots={60} top={60} />
      <Sparkline values={[]} slots={60} top={60} />
      <span className={styles.narrow}>
        <MiddleText text="registry.internal.example:5000/a-very-long-team-name/with-a-long-project/payments-api:2026.11.21" />
      </span>
      <span className={styles.narrow}>
        <ProgressBar label="Known" share={0.42} />
      </span>
      <span className={styles.narrow}>
        <ProgressBar label="Unknown" share={null} />
      </span>
      <ProgressRing label="Known ring" share={0.42} />
      <ProgressRing label="Unknown ring" share={null} />
    </Row>
  </Section>
);

export const Places = (): ReactElement => (
  <Section title="Places">
    <Framed>
      <Banner>The engine does not answer. This is the last known state.</Banner>
      <Banner look="error" action={<Button small>Start the engine</Button>}>
        The engine is not running. Another engine (process 4127) uses /var/lib/slipway.
      </Banner>
    </Framed>
    <Fields>
      <Framed height={220}>
        <EmptyState
          icon={<Box />}
          title="No containers yet"
          text="A container is a program that runs from an image."
          action={<Button look="primary">Run</Button>}
        />
      </Framed>
      <Framed height={220}>
        <EmptyState icon={<SearchX />} title="No container matches" text="Nothing in this view has “x”." action={<Button>Clear the filter</Button>} />
      </Framed>
      <Framed height={220}>
        <EmptyState alert title="The engine is not running" text="address already in use" note="Socket /run/slipway/slipway.sock" />
      </Framed>
      <Framed height={220}>
        <SkeletonRows label="Loading" />
      </Framed>
    </Fields>
  </Section>
);
