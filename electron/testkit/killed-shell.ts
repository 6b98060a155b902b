import { type CallOptions, EngineClient } from '../engine/http-client.ts';
import { putRight } from '../replacing/put-right.ts';
import { ReplacementRecords } from '../replacing/records.ts';
import { replaceContainer } from '../replacing/replace-container.ts';

/** A shell that is killed as soon as the engine has done the first request of a kind: `SOCKET RECORDS KIND JOB`, `JOB` as JSON. */
const [socket = '', directory = '', last = '', job = ''] = process.argv.slice(2);

class LastClient extends EngineClient {
  override async json(method: string, path: string, options?: CallOptions): Promise<unknown> {
    const answer = await super.json(method, path, options);
    if (new RegExp(last).test(`${method} ${path}`)) process.kill(process.pid, 'SIGKILL');
    return answer;
  }
}

const engine = new LastClient(socket);
const records = new ReplacementRecords(directory);
const { replace, next } = JSON.parse(job) as { readonly replace: string; readonly next: Parameters<typeof replaceContainer>[2] };
if (replace !== '') await replaceContainer({ engine, records }, replace, next);
else for (const record of await records.claim(socket)) await putRight(engine, record);
