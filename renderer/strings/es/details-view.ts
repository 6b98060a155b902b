import type { Words } from '../words.ts';

export const detailsView: Words['detailsView'] = {
  tabs: { logs: 'Registro', terminal: 'Terminal', stats: 'Consumo', files: 'Archivos', inspect: 'Propiedades', layers: 'Capas' },
  label: (name) => `Detalles de ${name}`,
  tabsLabel: 'Detalles',
  dockRight: 'Mostrar los detalles a la derecha',
  dockBelow: 'Mostrar los detalles debajo',
  close: 'Cerrar los detalles',
  back: 'Volver a la lista',
};
