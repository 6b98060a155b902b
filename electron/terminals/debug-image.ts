import { z } from 'zod';
import type { EngineClient } from '../engine/http-client.ts';

const imagesSchema = z.array(z.looseObject({ RepoTags: z.array(z.string()).nullish() }));
const toolboxSchema = z.looseObject({ reference: z.string() });

/** By the last part of a repository's name, best first: small images whose tools are made for looking around. */
const PREFERRED = ['toolbox', 'busybox', 'alpine', 'debian', 'ubuntu'] as const;

/** The image of a debug shell: the best one that is here, else one that the engine makes of this machine's own programs. */
export async function chooseDebugImage(engine: EngineClient): Promise<string> {
  const images = imagesSchema.parse(await engine.json('GET', '/images/json'));
  const chosen = preferredImage(images.flatMap(({ RepoTags }) => RepoTags ?? []));
  return chosen ?? toolboxSchema.parse(await engine.json('POST', '/slipway/v1/toolbox')).reference;
}

/** The best of `tags` to look around with; undefined where none is known for it. */
function preferredImage(tags: readonly string[]): string | undefined {
  for (const name of PREFERRED) {
    const found = tags.find(
      (tag) =>
        tag
          .replace(/:[^:/]*$/, '')
          .split('/')
          .at(-1) === name,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}
