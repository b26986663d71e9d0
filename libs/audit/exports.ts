/** What the processes use of audit, beside its domain. */
export { eraseText } from './commands/erase-text.js';
export { exportBundle } from './bundle/export-bundle.js';
export { PastViews } from './replay/past-views.js';
export { Texts } from './replay/texts.js';
export { knownTo } from './replay/replay-job.js';
export { runWhatIf, type Checkpoints, type WhatIfFilter, type WhatIfReport } from './replay/run-what-if.js';
export { verifyDecisions, type DecisionRange, type Progress, type Replayer, type VerifiedReplay } from './replay/verify-decisions.js';
export { HeadSigner } from './tree/head-signer.js';
export { TileStore } from './tree/tile-store.js';
export { TreeKeeper } from './tree/tree-keeper.js';
export { TreeProofs } from './tree/tree-proofs.js';
export { verifyTree } from './tree/verify-tree.js';
