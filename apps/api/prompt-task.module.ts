import { Global, Module } from '@nestjs/common';
import { PROMPT_TASK, type PromptTask } from '../../libs/catalog/domain/prompt-task.js';
import { Router } from '../../libs/routing/router.js';
import { RoutingModule } from '../../libs/routing/routing.module.js';

/** Lends the classifier to the catalogue, which routing depends on and which therefore cannot ask for it. */
@Global()
@Module({
  imports: [RoutingModule],
  providers: [{ provide: PROMPT_TASK, inject: [Router], useFactory: (router: Router): PromptTask => (prompt) => router.taskOf(prompt) }],
  exports: [PROMPT_TASK],
})
export class PromptTaskModule {}
