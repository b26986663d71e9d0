/** The main job: decide, record, call, answer. */
import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CatalogModule } from '../catalog/catalog.module.js';
import { PointsOfThePast } from '../event-sourcing/as-of.js';
import { LiveFolds } from '../event-sourcing/live-folds.js';
import { IdentityModule } from '../identity/identity.module.js';
import { callableHosts } from '../inference/exports.js';
import { InferenceModule } from '../inference/inference.module.js';
import { Config } from '../platform/config.js';
import { WalletModule } from '../wallet/wallet.module.js';
import { Funds } from './commands/funds.js';
import { RequestRecord } from './commands/request-record.js';
import { RouteRequestHandler } from './commands/route-request.js';
import { TerminalEvents } from './commands/terminal-events.js';
import { AudioController } from './http/audio.controller.js';
import { ImagesController } from './http/images.controller.js';
import { JobsController } from './http/jobs.controller.js';
import { InputFit } from './http/input-fit.js';
import { MediaEndpoints } from './http/media-endpoints.js';
import { AutoRouteController } from './http/auto-route.controller.js';
import { ChatController } from './http/chat.controller.js';
import { ChatServer } from './http/chat-serving.js';
import { Conversation } from './http/conversation.js';
import { EmbeddingsController } from './http/embeddings.controller.js';
import { ExplicitRouteController } from './http/explicit-route.controller.js';
import { MessagesController } from './http/messages.controller.js';
import { PriceComparisonController } from './http/price-comparison.controller.js';
import { ResponsesController } from './http/responses.controller.js';
import { SuggestController } from './http/suggest.controller.js';
import { TaskRequests } from './http/task-request.js';
import { TaskServer } from './http/task-serving.js';
import { LongWorkIntake } from './jobs/defer-work.js';
import { JobQueue } from './jobs/job-queue.js';
import { JobStore } from './jobs/job-store.js';
import { Router } from './router.js';
import { Sessions } from './sessions.js';

@Module({
  imports: [CqrsModule, CatalogModule, IdentityModule, InferenceModule, WalletModule],
  controllers: [AutoRouteController, ChatController, MessagesController, ResponsesController, ExplicitRouteController, SuggestController, PriceComparisonController, EmbeddingsController, ImagesController, AudioController, JobsController],
  providers: [
    { provide: Router, inject: [LiveFolds, Config], useFactory: (folds: LiveFolds, { providers }: Config) => new Router(folds, callableHosts(providers)) },
    Sessions,
    TerminalEvents,
    Funds,
    RequestRecord,
    RouteRequestHandler,
    ChatServer,
    Conversation,
    TaskServer,
    TaskRequests,
    InputFit,
    MediaEndpoints,
    JobStore,
    JobQueue,
    LongWorkIntake,
    PointsOfThePast,
  ],
  exports: [Router],
})
export class RoutingModule {
  constructor(folds: LiveFolds, sessions: Sessions, funds: Funds) {
    folds.register(sessions);
    folds.register(funds);
  }
}
