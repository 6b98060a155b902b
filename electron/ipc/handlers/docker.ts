import type { DockerContext } from '../../docker/docker-context.ts';
import type { Backend } from '../backend.ts';

export function dockerRequests(context: DockerContext): Pick<Backend['requests'], 'docker.context' | 'docker.setContext'> {
  return {
    'docker.context': () => context.read(),
    'docker.setContext': ({ on }) => context.set(on),
  };
}
