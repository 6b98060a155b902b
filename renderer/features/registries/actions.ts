import { type Services, tellFailure } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';

const words = t.registries;

/** Asks a registry whether the login that is kept is good, and tells. */
export async function testLogin({ transport, toasts }: Services, host: string): Promise<void> {
  try {
    const { outcome } = await transport.request('registry.test', { host });
    toasts.add({ title: words.outcomes[outcome](host) });
  } catch (error) {
    tellFailure(toasts, words.testFailed(host), error);
  }
}

export async function removeRegistries({ transport, registries, toasts }: Services, hosts: readonly string[]): Promise<void> {
  for (const host of hosts) {
    await transport.request('registry.remove', { host }).catch((error: unknown) => tellFailure(toasts, words.removeFailed(host), error));
  }
  await registries.load();
}
