import { useEffect, useMemo, useState } from 'react';
import { useEngine, useServices } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { exposedPorts, type PortRow, type RunForm, usedPorts } from './form.ts';
import { parsePort } from './parse.ts';

/** Nobody types for so long without wanting to know. */
const SETTLE_MS = 300;

/** Who holds the ports of this machine that the form names: containers by the feed, other programs by asking the shell. */
export function useHeldPorts(form: RunForm, except: string | null): ReadonlyMap<string, string> {
  const { transport } = useServices();
  const containers = useEngine((state) => state.containers);
  const [elsewhere, setElsewhere] = useState<ReadonlySet<string>>(new Set());
  const ours = useMemo(() => {
    const held = new Map<string, string>();
    for (const { id, name, state, ports } of containers.values()) {
      if (state !== 'running' && state !== 'paused' && state !== 'restarting') continue;
      for (const { host, protocol } of ports) if (host !== null) held.set(`${host}/${protocol}`, id === except ? '' : t.runForm.held(String(host), name));
    }
    return held;
  }, [containers, except]);
  const asked = [
    ...new Set(
      usedPorts(form).flatMap(({ host, protocol }) => {
        const parsed = parsePort(host);
        return parsed && !ours.has(`${parsed.port}/${protocol}`) ? [`${parsed.port}/${protocol}/${parsed.address}`] : [];
      }),
    ),
  ].join(' ');
  useEffect(() => {
    if (asked === '') return;
    let stale = false;
    const timer = setTimeout(() => {
      const checks = asked.split(' ').map(async (text) => {
        const [port = '', protocol = '', address = ''] = text.split('/');
        const answer = await transport.request('host.port', { port: Number(port), protocol: protocol === 'udp' ? 'udp' : 'tcp', address });
        return answer.free === false ? [`${port}/${protocol}`] : [];
      });
      // Not known is as good as free here: the engine has the last word.
      Promise.all(checks).then(
        (found) => !stale && setElsewhere(new Set(found.flat())),
        () => undefined,
      );
    }, SETTLE_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [asked, transport]);
  return useMemo(() => {
    const held = new Map([...ours].filter(([, words]) => words !== ''));
    for (const port of elsewhere) if (!ours.has(port)) held.set(port, t.runForm.heldElsewhere(port.split('/')[0] ?? ''));
    return held;
  }, [ours, elsewhere]);
}

const NONE: readonly Omit<PortRow, 'key'>[] = [];

/** Ports on which the image of that name says it listens; none while it is not known. */
export function useExposed(image: string): readonly Omit<PortRow, 'key'>[] {
  const { transport } = useServices();
  const images = useEngine((state) => state.images);
  const id = useMemo(() => {
    const name = image.trim();
    for (const row of images.values()) if (row.tags.includes(name) || row.tags.includes(`${name}:latest`)) return row.id;
    return '';
  }, [images, image]);
  const [found, setFound] = useState<{ readonly id: string; readonly ports: readonly Omit<PortRow, 'key'>[] } | null>(null);
  useEffect(() => {
    if (id === '') return;
    let stale = false;
    transport.request('image.inspect', { id }).then(
      (config) => !stale && setFound({ id, ports: exposedPorts(config) }),
      () => undefined,
    );
    return () => {
      stale = true;
    };
  }, [transport, id]);
  return found?.id === id ? found.ports : NONE;
}
