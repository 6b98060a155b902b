import { z } from 'zod';

const strings = z.array(z.string()).nullish();
const stringMap = z.record(z.string(), z.string()).nullish();
const command = z.union([z.array(z.string()), z.string().transform((text) => [text])]).nullish();
const count = z.number().int().nullish();

const mountSchema = z.looseObject({
  Type: z.enum(['bind', 'volume', 'tmpfs']).default('bind'),
  Source: z.string().nullish(),
  Target: z.string(),
  ReadOnly: z.boolean().nullish(),
  BindOptions: z.looseObject({ Propagation: z.string().nullish(), CreateMountpoint: z.boolean().nullish(), NonRecursive: z.boolean().nullish() }).nullish(),
  TmpfsOptions: z.looseObject({ SizeBytes: count, Mode: count }).nullish(),
});

/** Docker Engine API 1.47, HostConfig: the fields this engine acts upon; others are kept for inspect. */
export const hostConfigSchema = z.looseObject({
  Binds: strings,
  Mounts: z.array(mountSchema).nullish(),
  Tmpfs: stringMap,
  NetworkMode: z.string().nullish(),
  PortBindings: z.record(z.string(), z.array(z.looseObject({ HostIp: z.string().nullish(), HostPort: z.string().nullish() })).nullish()).nullish(),
  RestartPolicy: z.looseObject({ Name: z.string().nullish(), MaximumRetryCount: count }).nullish(),
  AutoRemove: z.boolean().nullish(),
  Privileged: z.boolean().nullish(),
  CapAdd: strings,
  CapDrop: strings,
  SecurityOpt: strings,
  ReadonlyRootfs: z.boolean().nullish(),
  Dns: strings,
  DnsSearch: strings,
  DnsOptions: strings,
  ExtraHosts: strings,
  GroupAdd: strings,
  IpcMode: z.string().nullish(),
  PidMode: z.string().nullish(),
  UTSMode: z.string().nullish(),
  CgroupnsMode: z.string().nullish(),
  ShmSize: count,
  Sysctls: stringMap,
  Init: z.boolean().nullish(),
  Memory: count,
  MemorySwap: count,
  MemoryReservation: count,
  NanoCpus: count,
  CpuShares: count,
  CpuPeriod: count,
  CpuQuota: count,
  CpusetCpus: z.string().nullish(),
  CpusetMems: z.string().nullish(),
  PidsLimit: count,
  OomKillDisable: z.boolean().nullish(),
  OomScoreAdj: count,
  BlkioWeight: count,
  MemorySwappiness: count,
  Devices: z.array(z.looseObject({ PathOnHost: z.string(), PathInContainer: z.string().nullish(), CgroupPermissions: z.string().nullish() })).nullish(),
  MaskedPaths: strings,
  ReadonlyPaths: strings,
  ConsoleSize: z.array(z.number().int().min(0).max(65_535)).max(2).nullish(),
  Ulimits: z.array(z.looseObject({ Name: z.string(), Soft: z.number().int(), Hard: z.number().int() })).nullish(),
  LogConfig: z.looseObject({ Type: z.string().nullish(), Config: stringMap }).nullish(),
});

/** Body of POST /containers/create. */
export const containerConfigSchema = z.looseObject({
  Hostname: z.string().nullish(),
  Domainname: z.string().nullish(),
  User: z.string().nullish(),
  AttachStdin: z.boolean().nullish(),
  AttachStdout: z.boolean().nullish(),
  AttachStderr: z.boolean().nullish(),
  Tty: z.boolean().nullish(),
  OpenStdin: z.boolean().nullish(),
  StdinOnce: z.boolean().nullish(),
  Env: strings,
  Cmd: command,
  Entrypoint: command,
  Image: z.string({ error: 'Image: a name or id is required' }),
  WorkingDir: z.string().nullish(),
  Labels: stringMap,
  StopSignal: z.string().nullish(),
  StopTimeout: count,
  ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
  Volumes: z.record(z.string(), z.unknown()).nullish(),
  NetworkDisabled: z.boolean().nullish(),
  Shell: strings,
  Healthcheck: z.unknown().optional(),
  HostConfig: hostConfigSchema.nullish(),
  NetworkingConfig: z.unknown().optional(),
});

export type HostConfig = z.infer<typeof hostConfigSchema>;
export type ContainerConfig = z.infer<typeof containerConfigSchema>;
export type MountConfig = z.infer<typeof mountSchema>;
