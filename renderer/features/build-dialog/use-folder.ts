import { useEffect, useState } from 'react';
import { useServices } from '../../stores/services.tsx';
import { type Facts, isAddress } from './form.ts';

/** How long typing rests before the shell is asked. */
const REST = 200;

/** What the shell says of the folder and the Dockerfile that stand in the fields; null while it has not been asked. */
export function useFacts(context: string, dockerfile: string): Facts {
  const { transport } = useServices();
  const asked = `${context.trim()}\n${dockerfile.trim()}`;
  const [told, setTold] = useState<{ readonly asked: string; readonly facts: Facts }>({ asked: '', facts: null });
  useEffect(() => {
    const [path = '', file = ''] = asked.split('\n');
    if (!path.startsWith('/') && !isAddress(path)) return;
    const timer = setTimeout(() => {
      transport.request('build.facts', { context: path, dockerfile: file || 'Dockerfile' }).then(
        (facts) => setTold({ asked, facts }),
        () => setTold({ asked, facts: null }),
      );
    }, REST);
    return () => clearTimeout(timer);
  }, [transport, asked]);
  return told.asked === asked ? told.facts : null;
}

/** Paths that complete what is typed. */
export function useCompletions(path: string, files: boolean): readonly string[] {
  const { transport } = useServices();
  const [paths, setPaths] = useState<readonly string[]>([]);
  useEffect(() => {
    if (isAddress(path)) return;
    let over = false;
    const timer = setTimeout(() => {
      transport.request('path.complete', { path, files }).then(
        (answer) => !over && setPaths(answer.paths),
        () => !over && setPaths([]),
      );
    }, REST / 2);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [transport, path, files]);
  return isAddress(path) ? [] : paths;
}
