export const palette = {
  title: 'Search',
  label: 'Search objects and actions',
  results: 'Results',
  empty: 'Nothing of this name',
  container: 'Container',
  image: 'Image',
  action: 'Action',
};
