import { Announcer } from './announcer.js';
import { listenCommand, publishCommand } from './commands.js';
import { Composer } from './composer.js';
import { wireCopyButtons } from './copy-buttons.js';
import { EventReader } from './event-reader.js';
import { LogView, MOST_ROWS } from './log-view.js';
import { entryOf, isNotice } from './message.js';
import { Publisher } from './publisher.js';
import { setText } from './text.js';
import { formatTopics, isPattern, parseTopics, topicQuery, topicsInQuery } from './topics.js';

const EVENTS = new URL('events', document.baseURI);
const UPDATE = new URL('update', document.baseURI);
const FIRST_MESSAGES = 20;

const at = (id) => document.getElementById(id);
const log = new LogView(at('log'), at('rows'), showLog);
const announcer = new Announcer(at('news'));
const composer = new Composer({
  form: at('send'),
  messageField: at('send-message'),
  topicField: at('send-topic'),
  outcome: at('outcome'),
  publisher: new Publisher(UPDATE),
});

let topics = [];
let reader = null;
let state = 'connecting';
let arrived = 0;

/** Listens to these topics from now on; an empty list is the server's default topic. */
function listenTo(wanted) {
  reader?.close();
  topics = wanted;
  arrived = 0;
  announcer.clear();
  log.clear();
  at('listen-topics').value = formatTopics(topics);
  document.title = topics.length === 0 ? 'Outpour' : `${formatTopics(topics)} – Outpour`;
  composer.fallback = topics.length === 1 && !isPattern(topics[0]) ? topics[0] : '';
  showCommands();
  const url = new URL(EVENTS);
  url.search = topicQuery(topics);
  url.searchParams.set('envelope', 'json');
  url.searchParams.set('last', String(FIRST_MESSAGES));
  reader = new EventReader({ url, onEvent: take, onState: showState });
}

function take(event) {
  const now = new Date();
  const describe = () => entryOf(event, now);
  if (!isNotice(event)) {
    arrived++;
    announcer.add(describe);
  }
  log.add(describe);
}

function showLog() {
  setText('count', arrived.toLocaleString('en'));
  setText('count-unit', unit());
  at('empty').hidden = !log.isEmpty || state !== 'live';
  const unseen = log.unseen > 0 ? ` · ${log.unseen.toLocaleString('en')} new` : '';
  at('jump').hidden = log.following || log.isEmpty;
  setText('jump', `Jump to newest${log.paused ? '' : unseen}`);
  setText('pause', log.paused ? `Resume${unseen}` : 'Pause');
}

function unit() {
  if (arrived > MOST_ROWS) {
    return `messages, the newest ${MOST_ROWS} kept here`;
  }
  return arrived === 1 ? 'message' : 'messages';
}

function showState({ word, detail }) {
  state = word;
  at('state').dataset.state = word;
  setText('state-word', word);
  at('trouble').hidden = detail === '';
  at('trouble').dataset.state = word;
  setText('trouble-text', detail);
  setText('try-now', word === 'reconnecting' ? 'Try now' : 'Connect again');
  showLog();
}

function showCommands() {
  setText('listen-command', listenCommand(EVENTS, topics));
  setText('publish-command', publishCommand(UPDATE, composer.topic));
}

at('listen').addEventListener('submit', (submit) => {
  submit.preventDefault();
  const wanted = parseTopics(at('listen-topics').value);
  const query = topicQuery(wanted);
  history.pushState(null, '', query === '' ? location.pathname : `?${query}`);
  listenTo(wanted);
});

at('send-topic').addEventListener('input', showCommands);

at('pause').addEventListener('click', () => {
  log.paused = !log.paused;
});

at('jump').addEventListener('click', () => {
  log.paused = false;
  log.jumpToNewest();
  at('log').focus({ preventScroll: true });
});

at('try-now').addEventListener('click', () => {
  if (state === 'reconnecting') {
    reader.tryNow();
  } else {
    listenTo(topics);
  }
});

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) {
    reader.tryNow();
  }
});
addEventListener('popstate', () => listenTo(topicsInQuery(location.search)));

wireCopyButtons(document);
listenTo(topicsInQuery(location.search));
