import type { Words } from '../words.ts';

export const palette: Words['palette'] = {
  title: 'Búsqueda',
  label: 'Buscar objetos y acciones',
  results: 'Resultados',
  empty: 'Nada con ese nombre',
  container: 'Contenedor',
  image: 'Imagen',
  action: 'Acción',
};
