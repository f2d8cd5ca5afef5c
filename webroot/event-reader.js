import { Outpour } from './outpour.js';

/**
 * @typedef {object} ReaderState
 * @property {'connecting' | 'live' | 'reconnecting' | 'ended' | 'closed'} word
 * @property {string} detail why, as a sentence; empty if there is nothing to add
 * @property {number} status of an answer without events, else 0
 */

const ENDED = 'What you listen to has ended: there will be no more messages.';

/** Reads an event stream for one page view: events of every name go to one handler, and each change is a state. */
export class EventReader extends Outpour {
  #onEvent;
  #onState;

  /**
   * @param {object} options
   * @param {URL} options.url the stream
   * @param {string | (() => string)} [options.token]
   * @param {number} [options.silentAfter] milliseconds
   * @param {(event: MessageEvent) => void} options.onEvent
   * @param {(state: ReaderState) => void} options.onState
   */
  constructor({ url, token, silentAfter = 40_000, onEvent, onState }) {
    super(url, { token, silentAfter, share: false, keep: false });
    this.#onEvent = onEvent;
    this.#onState = onState;
    onState({ word: 'connecting', detail: '', status: 0 });
  }

  /** Everything comes this way. No handler is called after `close()`. */
  dispatchEvent(event) {
    if (event instanceof MessageEvent) {
      this.#onEvent(event);
    } else {
      this.#onState(this.#state(event));
    }
    return true;
  }

  #state({ detail = '', status = 0 }) {
    if (this.readyState === 1) {
      return { word: 'live', detail, status };
    }
    if (this.readyState === 0) {
      return { word: 'reconnecting', detail, status };
    }
    return status === 204 ? { word: 'ended', detail: ENDED, status } : { word: 'closed', detail, status };
  }
}
