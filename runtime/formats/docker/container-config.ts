import { z } from 'zod';
import { healthcheckSchema } from '../oci/config.ts';

const strings = z.array(z.string()).nullish();
const stringMap = z.record(z.string(), z.string()).nullish();
const command = z.union([z.array(z.string()), z.string().transform((text) => [text])]).nullish();
const count = z.number().int().nullish();

const flag = z.boolean().nullish();
const text = z.string().nullish();
const weightDevices = z.array(z.looseObject({ Path: z.string(), Weight: z.number().int() })).nullish();
const throttleDevices = z.array(z.looseObject({ Path: z.string(), Rate: z.number().int() })).nullish();

const mountSchema = z.looseObject({
  Type: z.string().default('bind'),
  Source: text,
  Target: z.string(),
  ReadOnly: flag,
  Consistency: text,
  BindOptions: z
    .looseObject({ Propagation: text, CreateMountpoint: flag, NonRecursive: flag, ReadOnlyNonRecursive: flag, ReadOnlyForceRecursive: flag })
    .nullish(),
  VolumeOptions: z
    .looseObject({ NoCopy: flag, Labels: stringMap, Subpath: text, DriverConfig: z.looseObject({ Name: text, Options: stringMap }).nullish() })
    .nullish(),
  TmpfsOptions: z.looseObject({ SizeBytes: count, Mode: count, Options: z.array(z.array(z.string()).max(2)).nullish() }).nullish(),
});

const restartPolicySchema = z.looseObject({ Name: text, MaximumRetryCount: count });

/** The limits, which POST /containers/{id}/update takes as well. */
const resourceFields = {
  CgroupParent: text,
  Memory: count,
  MemorySwap: count,
  MemoryReservation: count,
  MemorySwappiness: count,
  KernelMemoryTCP: count,
  NanoCpus: count,
  CpuShares: count,
  CpuPeriod: count,
  CpuQuota: count,
  CpuRealtimePeriod: count,
  CpuRealtimeRuntime: count,
  CpusetCpus: text,
  CpusetMems: text,
  PidsLimit: count,
  OomKillDisable: flag,
  BlkioWeight: count,
  BlkioWeightDevice: weightDevices,
  BlkioDeviceReadBps: throttleDevices,
  BlkioDeviceWriteBps: throttleDevices,
  BlkioDeviceReadIOps: throttleDevices,
  BlkioDeviceWriteIOps: throttleDevices,
  Devices: z.array(z.looseObject({ PathOnHost: z.string(), PathInContainer: text, CgroupPermissions: text })).nullish(),
  DeviceCgroupRules: strings,
  DeviceRequests: z
    .array(z.looseObject({ Driver: text, Count: count, DeviceIDs: strings, Capabilities: z.array(z.array(z.string())).nullish(), Options: stringMap }))
    .nullish(),
  Ulimits: z.array(z.looseObject({ Name: z.string(), Soft: z.number().int(), Hard: z.number().int() })).nullish(),
};

/** Body of POST /containers/{id}/update. */
export const updateConfigSchema = z.looseObject({ ...resourceFields, RestartPolicy: restartPolicySchema.nullish() });

/** Docker Engine API 1.47, HostConfig: the fields this engine acts upon; others are kept for inspect. */
export const hostConfigSchema = z.looseObject({
  ...resourceFields,
  Binds: strings,
  Mounts: z.array(mountSchema).nullish(),
  Tmpfs: stringMap,
  VolumesFrom: strings,
  VolumeDriver: text,
  ContainerIDFile: text,
  NetworkMode: text,
  PortBindings: z.record(z.string(), z.array(z.looseObject({ HostIp: text, HostPort: text })).nullish()).nullish(),
  PublishAllPorts: flag,
  Links: strings,
  RestartPolicy: restartPolicySchema.nullish(),
  AutoRemove: flag,
  Privileged: flag,
  CapAdd: strings,
  CapDrop: strings,
  SecurityOpt: strings,
  ReadonlyRootfs: flag,
  Dns: strings,
  DnsSearch: strings,
  DnsOptions: strings,
  ExtraHosts: strings,
  GroupAdd: strings,
  Cgroup: text,
  IpcMode: text,
  PidMode: text,
  UTSMode: text,
  UsernsMode: text,
  CgroupnsMode: text,
  ShmSize: count,
  Sysctls: stringMap,
  Runtime: text,
  Isolation: text,
  StorageOpt: stringMap,
  Annotations: stringMap,
  Init: flag,
  OomScoreAdj: count,
  MaskedPaths: strings,
  ReadonlyPaths: strings,
  ConsoleSize: z.array(z.number().int().min(0).max(65_535)).max(2).nullish(),
  LogConfig: z.looseObject({ Type: text, Config: stringMap }).nullish(),
});

/** Of NetworkingConfig.EndpointsConfig and of POST /networks/{id}/connect. */
export const endpointSchema = z.looseObject({
  IPAMConfig: z.looseObject({ IPv4Address: text, IPv6Address: text, LinkLocalIPs: strings }).nullish(),
  Links: strings,
  Aliases: strings,
  MacAddress: text,
  DriverOpts: stringMap,
  GwPriority: count,
});

/** Body of POST /containers/create. */
export const containerConfigSchema = z.looseObject({
  Hostname: text,
  Domainname: text,
  User: text,
  AttachStdin: flag,
  AttachStdout: flag,
  AttachStderr: flag,
  Tty: flag,
  OpenStdin: flag,
  StdinOnce: flag,
  Env: strings,
  Cmd: command,
  Entrypoint: command,
  Image: z.string({ error: 'Image: a name or id is required' }),
  WorkingDir: text,
  Labels: stringMap,
  MacAddress: text,
  ArgsEscaped: flag,
  OnBuild: strings,
  StopSignal: text,
  StopTimeout: count,
  ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
  Volumes: z.record(z.string(), z.unknown()).nullish(),
  NetworkDisabled: flag,
  Shell: strings,
  Healthcheck: healthcheckSchema.nullish(),
  HostConfig: hostConfigSchema.nullish(),
  NetworkingConfig: z.looseObject({ EndpointsConfig: z.record(z.string(), endpointSchema.nullish()).nullish() }).nullish(),
});

export type HostConfig = z.infer<typeof hostConfigSchema>;
export type ContainerConfig = z.infer<typeof containerConfigSchema>;
export type UpdateConfig = z.infer<typeof updateConfigSchema>;
export type HealthcheckConfig = z.infer<typeof healthcheckSchema>;
export type EndpointConfig = z.infer<typeof endpointSchema>;
export type MountConfig = z.infer<typeof mountSchema>;
