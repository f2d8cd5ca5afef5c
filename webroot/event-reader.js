import { EventStreamParser } from './event-stream.js';
import { problemText } from './problem.js';

const SILENCE_MS = 40_000;
const LONGEST_PAUSE_MS = 15_000;
const FIRST_PAUSE_MS = 3_000;
const WORTH_ANOTHER_TRY = new Set([408, 425, 429]);

/**
 * @typedef {object} ReaderState
 * @property {'connecting' | 'live' | 'reconnecting' | 'ended' | 'closed'} word
 * @property {string} detail why, as a sentence; empty if there is nothing to add
 */

/**
 * Reads an event stream and keeps at it: a lost or silent connection is made again from the last id.
 * Unlike EventSource it gives events of every name, says why it failed, and notices silence.
 */
export class EventReader {
  #url;
  #last;
  #onEvent;
  #onState;
  #lastEventId = '';
  #retryMs = FIRST_PAUSE_MS;
  #failures = 0;
  #state = { word: '', detail: '' };
  #toldOfEnd = false;
  #stopped = false;
  #connection = null;
  #endPause = () => {};

  /**
   * @param {object} options
   * @param {URL} options.url the stream
   * @param {number} options.last how many retained events to begin with
   * @param {(event: import('./event-stream.js').StreamEvent) => void} options.onEvent
   * @param {(state: ReaderState) => void} options.onState
   */
  constructor({ url, last, onEvent, onState }) {
    this.#url = url;
    this.#last = last;
    this.#onEvent = onEvent;
    this.#onState = onState;
  }

  /**
   * Connects, and stays connected until `stop()` or an answer that rules out another try.
   * A stream that ends right after a topic has is asked for again at once: the answer says whether more can come.
   */
  async start() {
    this.#say('connecting');
    let asking = false;
    while (!this.#stopped) {
      const end = await this.#readOnce();
      if (this.#stopped) {
        return;
      }
      if (end.word !== 'reconnecting') {
        this.#say(end.word, end.detail);
        return;
      }
      asking = end.mayBeOver && !asking;
      if (asking) {
        continue;
      }
      const pause = this.#nextPause(end.retryAfterMs ?? 0);
      this.#say('reconnecting', `${end.detail} Trying again in ${Math.ceil(pause / 1000)} s.`);
      await this.#pause(pause);
      if (!this.#stopped) {
        this.#say('reconnecting');
      }
    }
  }

  /** Ends it for good; no handler is called any more. */
  stop() {
    this.#stopped = true;
    this.#connection?.abort();
    this.#endPause();
  }

  /** Cuts a pause between two tries short. */
  tryNow() {
    this.#endPause();
  }

  /** One connection, from the request to its end, and what follows from that. */
  async #readOnce() {
    const connection = new AbortController();
    this.#connection = connection;
    let lastSign = performance.now();
    let silent = false;
    this.#toldOfEnd = false;
    const watch = setInterval(() => {
      if (performance.now() - lastSign > SILENCE_MS) {
        silent = true;
        connection.abort();
      }
    }, 1_000);
    try {
      const response = await fetch(this.#request(), { signal: connection.signal });
      const refusal = await refusalOf(response);
      if (refusal !== null) {
        return refusal;
      }
      const parser = this.#parser();
      const body = response.body.getReader();
      for (let piece = await body.read(); !piece.done; piece = await body.read()) {
        lastSign = performance.now();
        parser.push(piece.value);
      }
      const mayBeOver = this.#toldOfEnd;
      return { word: 'reconnecting', detail: 'The server ended the stream.', mayBeOver };
    } catch {
      const detail = silent ? 'Nothing was heard for 40 s.' : 'The server cannot be reached.';
      return { word: 'reconnecting', detail };
    } finally {
      clearInterval(watch);
      connection.abort();
    }
  }

  #request() {
    const url = new URL(this.#url);
    const headers = new Headers({ accept: 'text/event-stream' });
    if (this.#lastEventId === '') {
      url.searchParams.set('last', String(this.#last));
    } else {
      headers.set('last-event-id', asHeaderBytes(this.#lastEventId));
    }
    return new Request(url, { headers, cache: 'no-store' });
  }

  #parser() {
    const handlers = {
      onEvent: (event) => {
        this.#toldOfEnd = event.type === 'outpour.ended';
        if (!this.#stopped) {
          this.#onEvent(event);
        }
      },
      onId: (id) => {
        this.#lastEventId = id;
        this.#failures = 0;
        this.#say('live');
      },
      onRetry: (milliseconds) => {
        this.#retryMs = milliseconds;
      },
    };
    return new EventStreamParser(handlers, this.#lastEventId);
  }

  /** The server's own pause at first, then twice as long each time; never shorter than asked for. */
  #nextPause(atLeast) {
    const grown = Math.min(this.#retryMs * 2 ** this.#failures, LONGEST_PAUSE_MS);
    this.#failures = Math.min(this.#failures + 1, 10);
    return Math.max(this.#retryMs, atLeast, grown) * (1 + Math.random() / 4);
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #say(word, detail = '') {
    const same = word === this.#state.word && detail === this.#state.detail;
    if (!this.#stopped && !same) {
      this.#state = { word, detail };
      this.#onState(this.#state);
    }
  }
}

/** What an answer without a stream means for the reader; null if the stream follows. */
async function refusalOf(response) {
  if (response.status === 204) {
    return { word: 'ended', detail: 'What you listen to has ended: there will be no more messages.' };
  }
  if (!response.ok) {
    const detail = await problemText(response);
    if (response.status < 500 && !WORTH_ANOTHER_TRY.has(response.status)) {
      return { word: 'closed', detail };
    }
    const retryAfterMs = Number(response.headers.get('retry-after') ?? 0) * 1000 || 0;
    return { word: 'reconnecting', detail, retryAfterMs };
  }
  const type = response.headers.get('content-type') ?? 'nothing';
  if (!/^text\/event-stream\s*(;|$)/i.test(type)) {
    return { word: 'closed', detail: `The answer is ${type}, not an event stream.` };
  }
  return null;
}

/** Header values are bytes: UTF-8, one character each. */
function asHeaderBytes(text) {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}
