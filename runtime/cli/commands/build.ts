import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import { z } from 'zod';
import { messageOf } from '../../base/errors.ts';
import { packDirectory } from '../../client/pack-directory.ts';
import { packLayout } from '../../client/pack-layout.ts';
import { LAYOUT_SCHEME } from '../../formats/oci/layout.ts';
import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';
import { print, printable } from '../output.ts';

const lineSchema = z.looseObject({
  stream: z.string().optional(),
  status: z.string().optional(),
  id: z.string().optional(),
  progressDetail: z.looseObject({ total: z.number().optional() }).optional(),
  error: z.string().optional(),
  errorDetail: z.looseObject({ code: z.number().optional() }).optional(),
});

interface BuildFlags {
  readonly tag?: string;
  readonly file: string;
  readonly buildArg: readonly string[];
  readonly target?: string;
  readonly cache: boolean;
  readonly pull?: boolean;
  readonly quiet?: boolean;
  readonly network?: string;
  readonly buildContext: readonly string[];
  readonly ssh: readonly string[];
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

/** `KEY=value`; without a value that of the environment. */
function buildArgs(given: readonly string[]): string {
  return JSON.stringify(
    Object.fromEntries(
      given.map((text) => {
        const equals = text.indexOf('=');
        return equals < 0 ? [text, process.env[text] ?? null] : [text.slice(0, equals), text.slice(equals + 1)];
      }),
    ),
  );
}

/** Directories and layouts go ahead of the build `id`, which is told what is a layout; what is left are addresses. */
async function sendContexts(context: CliContext, id: string, given: readonly string[]): Promise<Record<string, string>> {
  const places = given.map((text): readonly [string, string] => {
    const equals = text.indexOf('=');
    if (equals <= 0 || equals === text.length - 1) throw new CliError(`--build-context: ${JSON.stringify(text)} is not NAME=PLACE`);
    return [text.slice(0, equals), text.slice(equals + 1)];
  });
  const addresses: Record<string, string> = {};
  for (const [name, place] of places) {
    const isLayout = place.startsWith(LAYOUT_SCHEME);
    if (isLayout || /^[a-z][a-z0-9+.-]*:\/\/|^[\w.-]+@[\w.-]+:|^github\.com\//i.test(place)) {
      addresses[name] = place;
      if (!isLayout) continue;
    } else if ((await stat(place).catch(() => undefined))?.isDirectory() !== true) throw new CliError(`--build-context: ${place}: not a directory`);
    const body = Readable.from(isLayout ? await layoutOf(place) : packDirectory(place, { dockerfile: '.dockerignore' }), { objectMode: true });
    const options = { query: { name }, body, headers: { 'Content-Type': 'application/x-tar' } };
    await context.engine().call('PUT', `/slipway/v1/builds/${id}/contexts`, options);
  }
  return addresses;
}

async function layoutOf(place: string): Promise<AsyncIterable<Uint8Array>> {
  try {
    return await packLayout(place);
  } catch (cause) {
    throw new CliError(`--build-context: ${messageOf(cause)}`, { cause });
  }
}

/** `default` or `id=/path/of/the/socket`. */
function agentsHeader(given: readonly string[]): Record<string, string> {
  if (given.length === 0) return {};
  const agents = given.map((text) => {
    const [id = '', path = process.env['SSH_AUTH_SOCK'] ?? ''] = text.split(/=(.*)/s, 2);
    if (path === '') throw new CliError(`--ssh ${text}: there is no SSH_AUTH_SOCK in the environment`);
    return [id, resolve(path)] as const;
  });
  return { 'X-Slipway-Build-Agents': Buffer.from(JSON.stringify(Object.fromEntries(agents))).toString('base64') };
}

export function addBuild(program: Command, context: CliContext): void {
  program
    .command('build')
    .description('build an image from a Dockerfile')
    .argument('<directory>', 'the build context')
    .option('-t, --tag <name>', 'what to call the image')
    .option('-f, --file <path>', 'the Dockerfile, in the directory', 'Dockerfile')
    .option('--build-arg <key=value>', 'a build argument; may be repeated', collect, [])
    .option('--target <stage>', 'the stage to build')
    .option('--no-cache', 'carry every step out')
    .option('--pull', 'ask registries for newer bases')
    .option('--network <mode>', 'of steps: default, none or host')
    .option(
      '--build-context <name=place>',
      'a directory, an address, a repository, docker-image://NAME or oci-layout://DIR[:TAG] for FROM and --from; may be repeated',
      collect,
      [],
    )
    .option('--ssh <id=socket>', 'an ssh agent for RUN --mount=type=ssh; "default" is the one of the environment; may be repeated', collect, [])
    .option('-q, --quiet', 'print the id alone')
    .action(async (directory: string, flags: BuildFlags) => {
      const found = await stat(directory).catch(() => undefined);
      if (found?.isDirectory() !== true) throw new CliError(`${directory}: not a directory`);
      const id = randomUUID();
      const query = {
        buildid: id,
        contexts: JSON.stringify(await sendContexts(context, id, flags.buildContext)),
        t: flags.tag,
        dockerfile: flags.file,
        buildargs: buildArgs(flags.buildArg),
        target: flags.target,
        nocache: !flags.cache,
        pull: flags.pull,
        networkmode: flags.network,
        forcerm: true,
        q: flags.quiet,
      };
      const body = Readable.from(packDirectory(directory, { dockerfile: flags.file }), { objectMode: true });
      const states = new Map<string, string>();
      for await (const value of context
        .engine()
        .lines('POST', '/build', { query, body, headers: { 'Content-Type': 'application/x-tar', ...agentsHeader(flags.ssh) } })) {
        const line = lineSchema.parse(value);
        if (line.error !== undefined) {
          // With the lines of the Dockerfile around the place.
          process.stderr.write(`slipway: ${line.error.split('\n').map(printable).join('\n')}\n`);
          context.setExitCode(line.errorDetail?.code ?? 1);
          return;
        }
        if (line.stream !== undefined) await print(line.stream);
        else if (line.status !== undefined && line.progressDetail?.total === undefined) {
          const { id: of = '', status } = line;
          if (of !== '' && states.get(of) === status) continue;
          states.set(of, status);
          await print(`${printable(`${of} ${status}`.trim())}\n`);
        }
      }
    });
}
