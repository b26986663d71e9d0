/** What other features use of the catalogue, beside its domain. */
export { publishCatalog, plannedCatalog, InvalidOverrides, type PublishCatalog, type PublishReport } from './commands/publish-catalog.js';
export { overridesIn, readOverrides } from './commands/overrides-file.js';
export { sandboxModels } from './domain/sandbox-models.js';
export { shippedCatalog } from './data/shipped-catalog.js';
export { LiveCatalog } from './read-model/live-catalog.js';
export { SchemaCheck, type SchemaReport } from './read-model/schema-check.js';
