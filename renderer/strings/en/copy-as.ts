export const copyAs = {
  title: 'Copy as',
  run: 'docker run command',
  compose: 'Compose YAML',
  api: 'API call',
  runOf: (name: string) => `Copy the docker run command of ${name}`,
  composeOf: (name: string) => `Copy ${name} as Compose YAML`,
  apiOf: (name: string) => `Copy the API call of ${name}`,
  copied: (what: string) => `Copied: ${what}`,
  failed: (name: string) => `The configuration of ${name} could not be read`,
};
