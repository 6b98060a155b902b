import type { RequestName, RequestParams, RequestResults } from '../../electron/ipc/contract.ts';
import type { FileEntry } from '../../runtime/api/types/files.ts';
import { RequestError } from '../engine/transport.ts';
import type { FakeStream } from './fake-transport.ts';

type Answers = { readonly [N in RequestName]?: (params: RequestParams<N>) => RequestResults[N] | Promise<RequestResults[N]> };

const DAY = 86_400_000;
const NGINX =
  'user  nginx;\nworker_processes  auto;\n\nerror_log  /var/log/nginx/error.log notice;\npid        /run/nginx.pid;\n\nevents {\n    worker_connections  1024;\n}\n';

function entry(Name: string, Type: FileEntry['Type'], Size: number, more: Partial<FileEntry> = {}): FileEntry {
  const age = [...Name].reduce((sum, letter) => sum + letter.charCodeAt(0), Size) % 90;
  const Mode = Type === 'directory' ? 0o755 : Type === 'link' ? 0o777 : 0o644;
  const ModTime = new Date(Date.now() - age * DAY).toISOString();
  return { Name, IsEscaped: false, Type, Mode, Size, Uid: 0, Gid: 0, ModTime, LinkTarget: '', Change: '', IsMount: false, Version: `${age}-${Size}`, ...more };
}

const ROOT: readonly FileEntry[] = [
  ...['bin', 'boot', 'dev', 'home', 'media', 'mnt', 'opt', 'proc', 'root', 'sbin', 'srv', 'sys'].map((name) => entry(name, 'directory', 4096)),
  entry('data', 'directory', 4096, { IsMount: true }),
  entry('etc', 'directory', 4096, { Change: 'modified' }),
  entry('tmp', 'directory', 4096, { Mode: 0o1777, Change: 'modified' }),
  entry('lib', 'link', 7, { LinkTarget: 'usr/lib' }),
  entry('.dockerenv', 'file', 0),
  entry('docker-entrypoint.sh', 'file', 1620, { Mode: 0o755 }),
  entry('nginx.conf', 'file', NGINX.length, { Change: 'modified' }),
  entry('notes about the release that nobody has read to the end yet.md', 'file', 48_213, { Change: 'added', Uid: 1000, Gid: 1000 }),
  entry('core.1234', 'file', 182_452_224, { Change: 'added' }),
  entry('initctl', 'other', 0),
  entry(`${'segment-of-a-name-that-some-program-has-made-up-'.repeat(5)}0001.parquet`, 'file', 9_482_113, { Change: 'added' }),
  entry('invoice\u202egpj.exe', 'file', 40_960, { Change: 'added' }),
  entry('caf\\xe9.txt', 'file', 12, { IsEscaped: true, Change: 'added' }),
  entry('50x.html', 'file', 497, { Change: 'deleted' }),
];

/** The files of every container and volume of the gallery: of `/many` ten thousand, of `/none` none, and `/broken` cannot be read. */
export const galleryFiles = {
  'file.list': ({ path, offset, limit }) => {
    if (path === '/srv') throw new RequestError('the connection to the engine failed: read ECONNRESET', 0);
    const all = path === '/' ? ROOT : path === '/opt' ? [] : many(path === '/proc' ? 10_000 : 40);
    return { Path: path, IsMounted: path === '/data', Entries: all.slice(offset, offset + limit), Total: all.length };
  },
  'file.stat': ({ path }) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return { ...(ROOT.find(({ Name }) => Name === name) ?? entry(name, 'file', NGINX.length)), Path: path };
  },
  'file.makeDirectory': () => null,
  'file.rename': () => null,
  'file.remove': ({ paths }) => ({ results: paths.map((id) => ({ id, failure: null })) }),
  'download.prepare': ({ download }) => ({ url: 'data:application/octet-stream,', name: 'path' in download ? download.path : 'file' }),
} satisfies Answers;

const many = (count: number): readonly FileEntry[] =>
  Array.from({ length: count }, (_, index) => entry(`file-${String(index).padStart(5, '0')}.log`, 'file', (index * 7919) % 5_000_000));

export const galleryFileStreams = {
  'file.read': (stream: FakeStream<'file.read'>) => {
    queueMicrotask(() => {
      const isText = /conf|md|sh|log/.test(stream.params.path);
      stream.push(isText ? new TextEncoder().encode(NGINX) : Uint8Array.from({ length: 4096 }, (_, index) => (index * 37) % 256));
      stream.end();
    });
    return undefined;
  },
  'file.write': (stream: FakeStream<'file.write'>) => {
    let written = 0;
    const timer = setInterval(() => {
      written = Math.min(stream.params.size, written + stream.params.size / 10 + 1);
      stream.push({ written });
      if (written >= stream.params.size) stream.end();
    }, 200);
    return () => clearInterval(timer);
  },
};
