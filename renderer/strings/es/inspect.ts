import { count } from '../format.ts';
import type { Words } from '../words.ts';

export const inspect: Words['inspect'] = {
  search: 'Buscar nombres y valores',
  copyPath: 'Copiar la ruta',
  copyValue: 'Copiar el valor',
  copyAll: 'Copiar todo',
  failed: 'No se pudieron leer las propiedades',
  refresh: 'Volver a leer',
  matches: (number) => count(number, 'coincidencia', 'coincidencias'),
  tree: 'Propiedades',
};
