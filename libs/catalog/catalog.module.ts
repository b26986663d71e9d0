import { Module } from '@nestjs/common';
import { PointsOfThePast } from '../event-sourcing/as-of.js';
import { LiveFolds } from '../event-sourcing/live-folds.js';
import { CatalogController } from './http/catalog.controller.js';
import { CatalogReader } from './http/catalog-reader.js';
import { ModelByIdController, ModelController } from './http/model.controller.js';
import { ModelsController } from './http/models.controller.js';
import { LiveCatalog } from './read-model/live-catalog.js';
import { SchemaCheck } from './read-model/schema-check.js';

/** The models, their prices and everything asked about them. Exports the live catalogue and the check of inputs. */
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
  ],
  exports: [LiveCatalog, SchemaCheck],
})
export class CatalogModule {}
