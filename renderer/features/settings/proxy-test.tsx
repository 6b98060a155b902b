import { type ReactElement, useState } from 'react';
import { RequestError } from '../../engine/transport.ts';
import { useServices } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { SettingRow } from './row.tsx';
import styles from './settings.module.css';
import type { EngineSettings } from './use-engine-settings.ts';

const words = t.settings.proxyTest;
const HUB = 'docker.io';
/** The registry itself has refused: it was reached. */
const REFUSED = [401, 403];

type Outcome = { readonly reached: string } | { readonly failed: string } | null;

/** Has the engine ask a registry the way it would for a pull. */
export function ProxyTest({ settings }: { readonly settings: EngineSettings }): ReactElement {
  const { transport } = useServices();
  const [host, setHost] = useState(HUB);
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>(null);
  const test = async () => {
    const asked = host.trim() || HUB;
    setBusy(true);
    setOutcome(null);
    try {
      // What was written a moment ago counts.
      await settings.settled();
      await transport.request('registry.test', { host: asked });
      setOutcome({ reached: words.reached(asked) });
    } catch (error) {
      const isReached = error instanceof RequestError && REFUSED.includes(error.status);
      setOutcome(isReached ? { reached: words.reached(asked) } : { failed: words.failed(asked, error instanceof Error ? error.message : String(error)) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <SettingRow id="proxy-test" wide error={outcome && 'failed' in outcome ? outcome.failed : undefined}>
      <form
        className={styles.test}
        onSubmit={(event) => {
          event.preventDefault();
          void test();
        }}
      >
        <input
          className={styles.text}
          aria-label={words.host}
          spellCheck={false}
          autoComplete="off"
          value={host}
          onChange={(event) => setHost(event.target.value)}
        />
        <Button type="submit" disabled={busy}>
          {busy ? words.testing : words.test}
        </Button>
      </form>
      {outcome && 'reached' in outcome && (
        <span className={styles.saved} role="status">
          {outcome.reached}
        </span>
      )}
    </SettingRow>
  );
}
