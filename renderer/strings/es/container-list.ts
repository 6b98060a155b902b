import { count } from '../format.ts';
import type { Words } from '../words.ts';

export const containerList: Words['containerList'] = {
  columns: {
    name: 'Nombre',
    image: 'Imagen',
    state: 'Estado',
    cpu: 'CPU',
    trend: 'CPU, último minuto',
    memory: 'Memoria',
    network: 'E/S de red',
    ports: 'Puertos',
    command: 'Comando',
    created: 'Creado',
    networks: 'Redes',
    health: 'Salud',
    id: 'Id',
    actions: 'Acciones',
  },
  health: { none: '–', starting: 'Comprobando', healthy: 'Sano', unhealthy: 'Enfermo' },
  group: 'Agrupar por proyecto de Compose',
  ungroup: 'No agrupar',
  running: (up, all) => `${up}/${all} en marcha`,
  project: (name) => `Proyecto ${name}`,
  fold: (name) => `Plegar ${name}`,
  unfold: (name) => `Desplegar ${name}`,
  filterHint: 'Filtro: palabras, state:running, label:, port:, network:, image:, health:',
  noneMatchText: (filter) => `Nada en esta vista coincide con «${filter}». Se busca en nombres, imágenes, ids, etiquetas, puertos y redes.`,
  openPort: (port) => `Abrir http://localhost:${port}`,
  portOf: (host, container) => `${host} en este equipo lleva a ${container} en el contenedor`,
  morePorts: (number) => count(number, 'puerto más', 'puertos más'),
  perSecond: (received, sent) => `${received} recibidos, ${sent} enviados por segundo`,
};
