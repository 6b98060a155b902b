import { z } from 'zod';
import { type EngineClient, enginePath } from '../../engine/http-client.ts';
import type { Backend } from '../backend.ts';
import type { Demo } from '../contract/onboarding.ts';
import { ShellError } from '../failure.ts';

const toolboxSchema = z.object({ id: z.string(), reference: z.string(), size: z.number(), created: z.boolean(), programs: z.array(z.string()) });
const createdSchema = z.looseObject({ Id: z.string() });
const portsSchema = z.looseObject({
  NetworkSettings: z.looseObject({ Ports: z.record(z.string(), z.array(z.looseObject({ HostPort: z.string() })).nullable()).nullish() }),
});

const NAME = 'hello';
const PORT = '8080/tcp';
/** Names that are tried when somebody has the first one. */
const TRIES = 20;

/** Says something every few seconds, so that there is a log to look at, and serves the page. */
const WEB = `mkdir -p /srv/www && printf '%s' "$PAGE" > /srv/www/index.html
echo "serving a page on port 8080"
(n=0; while sleep 5; do n=$((n + 1)); echo "still here after $((n * 5)) seconds"; done) &
exec busybox httpd -f -vv -p 8080 -h /srv/www`;
const LOG = 'echo "hello from your first container"; n=0; while sleep 2; do n=$((n + 1)); echo "still here after $((n * 2)) seconds"; done';

export function onboardingRequests(engine: EngineClient): Pick<Backend['requests'], 'toolbox.make' | 'toolbox.demo'> {
  const make = async () => toolboxSchema.parse(await engine.json('POST', '/slipway/v1/toolbox'));
  return {
    'toolbox.make': make,
    async 'toolbox.demo'(words) {
      const { reference, programs } = await make();
      if (!programs.includes('busybox') || !programs.includes('httpd')) return runNamed(engine, logBody(reference));
      // Where this machine lets no container have a network the first one still runs, and says so in its log alone.
      return runNamed(engine, webBody(reference, words)).catch(() => runNamed(engine, logBody(reference)));
    },
  };
}

type Body = Readonly<Record<string, unknown>>;

const logBody = (image: string): Body => ({ Image: image, Cmd: ['sh', '-c', LOG], HostConfig: { NetworkMode: 'none', Init: true } });

function webBody(image: string, words: { readonly title: string; readonly text: string }): Body {
  return {
    Image: image,
    Cmd: ['sh', '-c', WEB],
    Env: [`PAGE=${page(words)}`],
    ExposedPorts: { [PORT]: {} },
    // Any free port, for this machine alone.
    HostConfig: { Init: true, PortBindings: { [PORT]: [{ HostIp: '127.0.0.1', HostPort: '' }] } },
  };
}

/** Creates and starts it under the first name that is free; one that does not start is not left. */
async function runNamed(engine: EngineClient, json: Body): Promise<Demo> {
  for (let count = 1; count <= TRIES; count++) {
    const name = count === 1 ? NAME : `${NAME}-${count}`;
    const id = await create(engine, name, json);
    if (id === null) continue;
    try {
      await engine.json('POST', enginePath('containers', id, 'start'));
      const { Ports } = portsSchema.parse(await engine.json('GET', enginePath('containers', id, 'json'))).NetworkSettings;
      return { id, name, port: Number(Ports?.[PORT]?.[0]?.HostPort ?? 0) };
    } catch (error) {
      await engine.json('DELETE', enginePath('containers', id), { query: { force: true, v: true } }).catch(() => undefined);
      throw error;
    }
  }
  throw new ShellError(`the names ${NAME} to ${NAME}-${TRIES} are taken`, 409);
}

/** Null: somebody has the name. */
async function create(engine: EngineClient, name: string, json: Body): Promise<string | null> {
  try {
    return createdSchema.parse(await engine.json('POST', '/containers/create', { query: { name }, json })).Id;
  } catch (error) {
    if (error instanceof ShellError && error.status === 409) return null;
    throw error;
  }
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

function page({ title, text }: { readonly title: string; readonly text: string }): string {
  const style = 'body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:20vh auto;padding:0 1rem}:root{color-scheme:light dark}';
  return `<!doctype html><meta charset="utf-8"><title>${escaped(title)}</title><style>${style}</style><h1>${escaped(title)}</h1><p>${escaped(text)}</p>\n`;
}
