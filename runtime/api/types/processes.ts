export type { ContainerProcess, ContainerProcesses } from '../../container/container-service.ts';
