// Layer rules for dependency-cruiser 18 (needs typescript >=2 <7; with typescript 7 it cruises 0 modules and still passes).
const PURE_IO = '^(node:)?(fs|net|http|https|tls|dgram|child_process|worker_threads|sqlite)(/|$)';
const deny = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });

/** Inside runtime/, each layer may import only the layers listed for it (and itself). */
const RUNTIME_LAYERS = {
  base: [],
  sys: ['base'],
  formats: ['base'],
  store: ['base', 'sys', 'formats'],
  image: ['base', 'formats', 'store'],
  network: ['base', 'sys', 'formats', 'store'],
  volume: ['base', 'sys', 'formats', 'store'],
  doctor: ['base', 'sys', 'formats', 'network'],
  container: ['base', 'sys', 'formats', 'store', 'image', 'network', 'volume'],
  build: ['base', 'formats', 'store', 'image', 'container'],
  // What clients need beside HTTP; the CLI and the desktop shell share it.
  client: ['base', 'formats'],
  compose: ['base', 'formats', 'image', 'network', 'volume', 'container', 'build'],
  // What clients need to be let in by registries; the CLI and the app share the docker CLI's logins through it.
  credentials: ['base', 'sys', 'formats'],
  'oci-runtime': ['base', 'sys', 'formats', 'container'],
  vm: ['base', 'sys', 'formats'],
};
const runtimeRules = Object.entries(RUNTIME_LAYERS).map(([layer, allowed]) =>
  deny(
    `runtime-${layer}-layer`,
    { path: `^runtime/${layer}/`, pathNot: '\\.test\\.ts$' },
    { path: '^(runtime|electron|renderer)/', pathNot: `^runtime/(${[layer, ...allowed].join('|')})/` },
    `runtime/${layer} may import: ${allowed.join(', ') || 'nothing'}`,
  ),
);

module.exports = {
  forbidden: [
    ...runtimeRules,
    deny('runtime-knows-no-ui', { path: '^runtime/' }, { path: '^(electron|renderer)/' }),
    deny(
      'only-sys-calls-the-kernel',
      { path: '^runtime/', pathNot: '^runtime/(sys|vm|testkit)/|^runtime/launcher/build\\.ts$|\\.test\\.ts$' },
      { path: '(^|/)koffi(/|$)|^(node:)?child_process$' },
    ),
    deny('formats-do-no-io', { path: '^runtime/(base|formats)/', pathNot: '\\.test\\.ts$' }, { path: PURE_IO }),
    deny('api-is-the-top', { path: '^runtime/(?!api/|engine\\.ts|testkit/)', pathNot: '\\.test\\.ts$' }, { path: '^runtime/api/(?!types/)' }),
    // Its kernel tests start a real engine.
    deny('electron-speaks-http-to-runtime', { path: '^electron/', pathNot: '\\.linux\\.test\\.ts$' }, { path: '^runtime/(?!api/types/|client/|credentials/)' }),
    deny('electron-knows-no-renderer', { path: '^electron/' }, { path: '^renderer/' }),
    deny(
      'renderer-imports-contracts-only',
      { path: '^renderer/' },
      { path: '^(electron|runtime)/', pathNot: '^(electron/ipc/contract(\\.ts|/)|runtime/api/types/)' },
    ),
    deny('renderer-contracts-are-types', { path: '^renderer/' }, { path: '^(electron|runtime)/', dependencyTypesNot: ['type-only'] }),
    deny('renderer-has-no-node', { path: '^renderer/', pathNot: '\\.test\\.tsx?$|^renderer/testkit/' }, { dependencyTypes: ['core'] }),
    deny('features-are-islands', { path: '^renderer/features/([^/]+)/' }, { path: '^renderer/features/', pathNot: '^renderer/features/$1/' }),
    deny('testkit-stays-in-tests', { path: '^(runtime|electron|renderer)/', pathNot: '\\.test\\.tsx?$|/testkit/' }, { path: '/testkit/' }),
    deny('no-cycles', {}, { circular: true }),
  ],
  options: { doNotFollow: { path: 'node_modules' }, tsPreCompilationDeps: true, tsConfig: { fileName: 'tsconfig.json' } },
};
