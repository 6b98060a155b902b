import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstalledCopy } from './update-way.ts';

interface Program {
  readonly platform: string;
  readonly packaged: boolean;
  /** Folder of what the package carries beside its archive. */
  readonly resources: string;
  readonly env: NodeJS.ProcessEnv;
}

/** What this copy of the app says of itself: the packager writes both files. */
export async function installedCopy({ platform, packaged, resources, env }: Program): Promise<InstalledCopy> {
  const text = (name: string) => (packaged ? readFile(join(resources, name), 'utf8').catch(() => '') : Promise.resolve(''));
  const [packageType, feed] = await Promise.all([text('package-type'), text('app-update.yml')]);
  return { platform, packaged, packageType: packageType.trim(), appImage: env['APPIMAGE'] ?? '', feed };
}
