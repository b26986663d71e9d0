import { Global, Module } from '@nestjs/common';
import { PointsOfThePast } from '../event-sourcing/as-of.js';
import { LiveFolds } from '../event-sourcing/live-folds.js';
import { KNOWN_NAMES, type KnownNames } from './domain/known-names.js';
import { CatalogController } from './http/catalog.controller.js';
import { CatalogReader } from './http/catalog-reader.js';
import { ModelByIdController, ModelController } from './http/model.controller.js';
import { ModelsController } from './http/models.controller.js';
import { LiveCatalog } from './read-model/live-catalog.js';
import { SchemaCheck } from './read-model/schema-check.js';

/**
 * The models, their prices and everything asked about them. Exports the live catalogue, the names it knows and the check of
 * inputs. Global, because identity asks it for names and stands before it.
 */
@Global()
@Module({
  // In this order: fixed names such as /v1/models/tags come before ids.
  controllers: [ModelsController, CatalogController, ModelController, ModelByIdController],
  providers: [
    ModelController,
    CatalogReader,
    PointsOfThePast,
    SchemaCheck,
    {
      provide: LiveCatalog,
      inject: [LiveFolds],
      useFactory: (folds: LiveFolds) => {
        const catalog = new LiveCatalog();
        folds.register(catalog);
        return catalog;
      },
    },
    { provide: KNOWN_NAMES, inject: [LiveCatalog], useFactory: namesIn },
  ],
  exports: [LiveCatalog, SchemaCheck, KNOWN_NAMES],
})
export class CatalogModule {}

function namesIn(catalog: LiveCatalog): KnownNames {
  return {
    hasModel: (id) => catalog.latest().byId(id) !== null,
    hasProvider: (slug) => catalog.latest().models.some(({ provider }) => provider === slug),
  };
}
