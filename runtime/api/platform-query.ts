import { z } from 'zod';
import { EngineError } from '../base/errors.ts';
import { normalizePlatform, type Platform, parsePlatform, requirePlatform } from '../formats/platform.ts';
import type { ImageService } from '../image/image-service.ts';
import type { RequestContext } from './context.ts';

const schema = z.object({ os: z.string().min(1).max(64), architecture: z.string().min(1).max(64), variant: z.string().max(64).optional() });

/**
 * Refuses an image that is not for the platform of the query, which is OCI's object (API 1.46 and later), or its text: 404 in Docker's words, since
 * an image here has one platform. Throws InvalidArgument for what is none.
 */
export function requireAsked({ query }: RequestContext, images: Pick<ImageService, 'resolve'>, name: string): void {
  const text = query.get('platform');
  if (!text) return;
  const wanted = platformOf(text);
  const image = images.resolve(name);
  requirePlatform(image.name, image.config, wanted);
}

function platformOf(text: string): Platform {
  if (!text.startsWith('{')) return parsePlatform(text);
  try {
    return normalizePlatform(schema.parse(JSON.parse(text)));
  } catch (cause) {
    throw new EngineError('InvalidArgument', 'platform: failed to parse: an object with os and architecture is expected', { cause });
  }
}
