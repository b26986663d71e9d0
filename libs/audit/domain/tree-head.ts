/** Signed tree heads and the keys that sign them: stream treehead-log. */
import { never, Refused, type Decider } from '../../event-sourcing/domain/decider.js';

export interface TreeHeadSigned {
  /** Names the log; the first line of the note. */
  readonly origin: string;
  /** Events in the tree. */
  readonly size: number;
  /** Base64. */
  readonly rootHash: string;
  /** Commit position of the last event in the tree. */
  readonly position: string;
  /** The signed head as it is handed out: a C2SP tlog-checkpoint. */
  readonly note: string;
}

export interface TreeHeadKeyRotated {
  /** 1 for the first key. */
  readonly generation: number;
  /** The verifier key: name+hash+base64. */
  readonly key: string;
}

export type TreeHeadEvent =
  | { readonly type: 'TreeHeadSigned'; readonly data: TreeHeadSigned }
  | { readonly type: 'TreeHeadKeyRotated'; readonly data: TreeHeadKeyRotated };

export interface TreeHeads {
  /** Of every generation, oldest first. */
  readonly keys: readonly string[];
  readonly last: TreeHeadSigned | null;
  /** A key newer than the last head: the next head is signed by the one before, too. */
  readonly handOver: boolean;
}

export type TreeHeadCommand =
  | { readonly type: 'SignTreeHead'; readonly head: TreeHeadSigned }
  | { readonly type: 'RotateKey'; readonly generation: number; readonly key: string };

export const treeHeadStream = 'treehead-log';

export const treeHeads: Decider<TreeHeads, TreeHeadCommand, TreeHeadEvent> = {
  initial: { keys: [], last: null, handOver: false },

  /** A head of a tree that did not grow is no news. @throws Refused for a smaller tree, and for a key out of turn. */
  decide(command, state) {
    switch (command.type) {
      case 'SignTreeHead':
        if (state.last && command.head.size < state.last.size) throw new Refused('tree_shrank', `the tree had ${state.last.size} events and now has ${command.head.size}`);
        if (state.last?.size === command.head.size && !state.handOver) return [];
        return [{ type: 'TreeHeadSigned', data: command.head }];
      case 'RotateKey':
        if (command.generation !== state.keys.length + 1) throw new Refused('key_out_of_turn', `the next key is of generation ${state.keys.length + 1}`);
        return [{ type: 'TreeHeadKeyRotated', data: { generation: command.generation, key: command.key } }];
      default:
        return never(command);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'TreeHeadSigned':
        return { ...state, last: event.data, handOver: false };
      case 'TreeHeadKeyRotated':
        return { ...state, keys: [...state.keys, event.data.key], handOver: state.keys.length > 0 };
      default:
        return state;
    }
  },
};
