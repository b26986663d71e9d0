import { Module } from '@nestjs/common';
import { Suggestions } from './read-model/suggestions.js';
import { SuggestionJob } from './suggestion-job.js';

/** What the worker does for preferences. */
@Module({ providers: [Suggestions, SuggestionJob] })
export class PreferencesWorkerModule {}
