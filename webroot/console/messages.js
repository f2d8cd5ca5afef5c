import { Announcer } from '../announcer.js';
import { Composer } from '../composer.js';
import { EventReader } from '../event-reader.js';
import { LogView } from '../log-view.js';
import { entryOf, isNotice } from '../message.js';
import { Publisher } from '../publisher.js';
import { isPattern, parseTopics, topicQuery } from '../topics.js';
import { setText } from '../text.js';

const FIRST_MESSAGES = 20;
const at = (id) => document.getElementById(id);

/** The pane that listens when it is asked to, and the form that publishes. */
export class Messages {
  #hub;
  #log = new LogView(at('log'), at('rows'), () => this.#show());
  #announcer = new Announcer(at('news'));
  #composer;
  #reader = null;

  /** @param {import('./hub.js').Hub} hub */
  constructor(hub) {
    this.#hub = hub;
    this.#composer = new Composer({
      form: at('send'),
      messageField: at('send-message'),
      topicField: at('send-topic'),
      outcome: at('outcome'),
      publisher: new Publisher(new URL('update', document.baseURI), () => hub.headers),
    });
    at('listen').addEventListener('submit', (submit) => {
      submit.preventDefault();
      this.#toggle();
    });
    at('jump').addEventListener('click', () => this.#log.jumpToNewest());
  }

  #toggle() {
    if (this.#reader) {
      this.#stop();
      this.#empty('Not listening.');
      return;
    }
    const topics = parseTopics(at('listen-topics').value);
    const url = new URL('events', document.baseURI);
    url.search = topicQuery(topics);
    url.searchParams.set('envelope', 'json');
    url.searchParams.set('last', String(FIRST_MESSAGES));
    this.#composer.fallback = topics.length === 1 && !isPattern(topics[0]) ? topics[0] : '';
    this.#announcer.clear();
    this.#log.clear();
    at('listen-topics').readOnly = true;
    setText('listen-button', 'Stop');
    this.#reader = new EventReader({
      url,
      token: () => this.#hub.token,
      onEvent: (event) => this.#take(event),
      onState: (state) => this.#tell(state),
    });
  }

  #stop() {
    this.#reader?.close();
    this.#reader = null;
    at('listen-topics').readOnly = false;
    setText('listen-button', 'Listen');
  }

  #take(event) {
    const now = new Date();
    const describe = () => entryOf(event, now);
    if (!isNotice(event)) {
      this.#announcer.add(describe);
    }
    this.#log.add(describe);
  }

  #tell({ word, detail }) {
    if (word === 'ended' || word === 'closed') {
      this.#stop();
    }
    this.#empty(detail || (word === 'live' ? 'Listening. Nothing yet.' : 'Connecting …'));
  }

  #empty(text) {
    setText('empty', text);
  }

  #show() {
    at('empty').hidden = !this.#log.isEmpty;
    at('jump').hidden = this.#log.following || this.#log.isEmpty;
  }
}
