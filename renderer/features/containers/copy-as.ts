import { apiCall } from '../../stores/run-spec/api-call.ts';
import { composeYaml } from '../../stores/run-spec/compose-yaml.ts';
import { dockerRun } from '../../stores/run-spec/docker-run.ts';
import { runSpec } from '../../stores/run-spec/from-inspect.ts';
import { type Services, tellFailure } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';

export type CopyForm = 'run' | 'compose' | 'api';

/** Puts what would make the same container on the clipboard. */
export async function copyAs({ transport, toasts, engine }: Services, id: string, form: CopyForm): Promise<void> {
  try {
    const { inspect, image } = await transport.request('container.config', { id });
    const spec = runSpec(inspect, image);
    const socket = engine.getState().status?.socket ?? '/var/run/docker.sock';
    const text = form === 'run' ? dockerRun(spec, { lines: true }) : form === 'compose' ? composeYaml(spec) : apiCall(spec, socket);
    await navigator.clipboard.writeText(text);
    toasts.add({ title: t.copyAs.copied(t.copyAs[form]), data: { details: text } });
  } catch (error) {
    tellFailure(toasts, t.copyAs.failed(engine.getState().containers.get(id)?.name ?? id), error);
  }
}
