import tseslint from 'typescript-eslint';

/** What the domain may not touch: a clock, chance, the outside (the decision must be a pure function). */
const impure = [
  { selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']", message: 'The domain has no clock: time comes with the command.' },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'The domain has no clock: time comes with the command.' },
  { selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']", message: 'The domain has no chance: a seed comes with the request.' },
  { selector: "CallExpression[callee.object.name='console']", message: 'The domain does not log.' },
];
/** Money is a bigint of pico-dollars; a number cannot hold it exactly. */
const floatMoney = [
  {
    selector: "TSPropertySignature[key.name=/(_cents|Cents|Pico|_pico)$/] > TSTypeAnnotation > TSNumberKeyword",
    message: 'No number ever holds money: use Money (bigint of pico-dollars).',
  },
];

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '**/generated/**', 'sdks/**/dist/**', '.cache/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false, attributes: false } }],
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'no-restricted-syntax': ['error', ...floatMoney],
      'max-params': ['error', 6],
      'max-depth': ['error', 4],
      eqeqeq: 'error',
      'no-console': 'error',
      // A class and an interface of one name: the settings as an injection token.
      '@typescript-eslint/no-unsafe-declaration-merging': 'off',
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
    },
  },
  { files: ['libs/*/domain/**/*.ts', 'libs/money/**/*.ts'], ignores: ['**/*.spec.ts'], rules: { 'no-restricted-syntax': ['error', ...floatMoney, ...impure] } },
  {
    files: ['apps/**/*.spec.ts', 'apps/*/testing/**/*.ts', 'libs/**/*.spec.ts', 'libs/**/testing/**/*.ts'],
    ignores: ['libs/platform/testing/folder.ts', 'libs/platform/testing/redis.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: ['node:fs', 'node:fs/promises'].map((name) => ({ name, importNames: ['mkdtemp', 'mkdtempSync'], message: 'Take a folder by newFolder of libs/platform/testing/folder.ts: what is written there is searched for secrets.' })) }] },
  },
  { files: ['apps/cli/**/*.ts', 'bench/**/*.ts', '**/*.spec.ts', '**/bin.ts', 'eventstore/embedded/**/*.ts'], rules: { 'no-console': 'off' } },
);
