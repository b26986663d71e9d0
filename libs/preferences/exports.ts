/** What the processes use of preferences, beside their domain. */
export { preferencesProjection } from './read-model/preferences.js';
