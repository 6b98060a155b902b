import { createHash } from 'node:crypto';
import { createWriteStream, readFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip, createZstdCompress, gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';

export interface TarEntry {
  readonly header: Partial<Header> & { name: string };
  readonly data?: Uint8Array | string;
}

export interface ArchiveOptions {
  readonly format?: 'docker' | 'oci';
  /** Of the whole archive; layers inside an oci archive are gzip. */
  readonly compression?: 'gzip' | 'zstd';
  /** Docker's `architecture`; this machine's when absent. */
  readonly architecture?: string;
  /** Merged into the image's `config`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Further entries of the layer. */
  readonly entries?: readonly TarEntry[];
}

/** A fixed time keeps digests the same from run to run. */
const TIME = new Date('2024-01-01T00:00:00Z');

const APPLETS =
  'ash awk basename cat chmod chown cp cut date dd df dirname du echo env false find free grep head hostname id ifconfig ip kill ln ls md5sum mkdir mkfifo mknod mktemp more mount mv nc nslookup ping pgrep pkill printf ps pwd readlink rm rmdir route sed seq sh sha256sum sleep sort stat stty sync tail tar tee test time timeout top touch tr true tty umount uname uniq unlink uptime vi wc wget which whoami xargs yes';

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export async function tarOf(entries: readonly TarEntry[]): Promise<Buffer> {
  const tar = pack();
  for (const { header, data } of entries) tar.entry({ mtime: TIME, ...header }, data === undefined ? '' : Buffer.from(data));
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The root file system of a small real system: busybox with its applets, users and the directories programs expect. */
export function busyboxEntries(): TarEntry[] {
  const directories: TarEntry[] = ['bin', 'dev', 'etc', 'home', 'proc', 'root', 'sys', 'usr', 'usr/bin', 'var'].map((name) => ({
    header: { name: `${name}/`, type: 'directory', mode: name === 'root' ? 0o700 : 0o755 },
  }));
  return [
    ...directories,
    { header: { name: 'tmp/', type: 'directory', mode: 0o1777 } },
    { header: { name: 'bin/busybox', mode: 0o755 }, data: readFileSync('/bin/busybox') },
    ...APPLETS.split(' ').map((name): TarEntry => ({ header: { name: `bin/${name}`, type: 'symlink', linkname: 'busybox' } })),
    {
      header: { name: 'etc/passwd', mode: 0o644 },
      data: 'root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1::/:/bin/false\nslip:x:1000:1000:Slip:/home/slip:/bin/sh\n',
    },
    { header: { name: 'etc/group', mode: 0o644 }, data: 'root:x:0:\ndaemon:x:1:\naudio:x:29:slip\nslip:x:1000:\n' },
    { header: { name: 'home/slip/', type: 'directory', mode: 0o755, uid: 1000, gid: 1000 } },
  ];
}

function configOf(diffIds: readonly string[], { architecture, config }: ArchiveOptions): Buffer {
  const machine = process.arch === 'x64' ? 'amd64' : process.arch;
  return Buffer.from(
    JSON.stringify({
      architecture: architecture ?? machine,
      os: 'linux',
      created: TIME.toISOString(),
      config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], Cmd: ['sh'], ...config },
      rootfs: { type: 'layers', diff_ids: diffIds.map((hex) => `sha256:${hex}`) },
      history: diffIds.map(() => ({ created: TIME.toISOString(), created_by: 'ADD rootfs.tar / # buildkit' })),
    }),
  );
}

/** The entries of an image archive in the layout that `docker save` writes, one directory a layer. */
export function dockerArchiveEntries(layers: readonly Uint8Array[], name: string, options: ArchiveOptions = {}): TarEntry[] {
  const diffIds = layers.map(sha256);
  const config = configOf(diffIds, options);
  const manifest = [{ Config: `${sha256(config)}.json`, RepoTags: name === '' ? null : [name], Layers: diffIds.map((hex) => `${hex}/layer.tar`) }];
  return [
    ...layers.flatMap((data, index): TarEntry[] => [
      { header: { name: `${diffIds[index]}/`, type: 'directory', mode: 0o755 } },
      { header: { name: `${diffIds[index]}/layer.tar`, mode: 0o644 }, data },
    ]),
    { header: { name: `${sha256(config)}.json`, mode: 0o644 }, data: config },
    { header: { name: 'manifest.json', mode: 0o644 }, data: JSON.stringify(manifest) },
  ];
}

/** The entries of an oci-archive (image-spec, image-layout.md) with gzip layers. */
export function ociArchiveEntries(layers: readonly Uint8Array[], name: string, options: ArchiveOptions = {}): TarEntry[] {
  const config = configOf(layers.map(sha256), options);
  const blobs = layers.map((data) => gzipSync(data, { level: 1 }));
  const descriptor = (mediaType: string, bytes: Uint8Array): object => ({ mediaType, digest: `sha256:${sha256(bytes)}`, size: bytes.length });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: descriptor('application/vnd.oci.image.config.v1+json', config),
      layers: blobs.map((bytes) => descriptor('application/vnd.oci.image.layer.v1.tar+gzip', bytes)),
    }),
  );
  const annotations = { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': name };
  const index = {
    schemaVersion: 2,
    manifests: [{ ...descriptor('application/vnd.oci.image.manifest.v1+json', manifest), ...(name === '' ? {} : { annotations }) }],
  };
  return [
    { header: { name: 'oci-layout', mode: 0o644 }, data: '{"imageLayoutVersion":"1.0.0"}' },
    { header: { name: 'index.json', mode: 0o644 }, data: JSON.stringify(index) },
    { header: { name: 'blobs/sha256/', type: 'directory', mode: 0o755 } },
    ...[config, manifest, ...blobs].map((data): TarEntry => ({ header: { name: `blobs/sha256/${sha256(data)}`, mode: 0o644 }, data })),
  ];
}

/** An image archive as bytes. */
export function imageArchive(layers: readonly Uint8Array[], name: string, options: ArchiveOptions = {}): Promise<Buffer> {
  return tarOf(options.format === 'oci' ? ociArchiveEntries(layers, name, options) : dockerArchiveEntries(layers, name, options));
}

/** Writes a busybox image, made from this machine's /bin/busybox, to `path`. An empty `name` leaves it untagged. */
export async function makeBusyboxArchive(path: string, name: string, options: ArchiveOptions = {}): Promise<void> {
  const layer = await tarOf([...busyboxEntries(), ...(options.entries ?? [])]);
  const archive = [await imageArchive([layer], name, options)];
  if (options.compression === undefined) await pipeline(archive, createWriteStream(path));
  else await pipeline(archive, options.compression === 'gzip' ? createGzip() : createZstdCompress(), createWriteStream(path));
}
