import { Announcer } from './announcer.js';
import { listenCommand, publishCommand } from './commands.js';
import { wireCopyButtons } from './copy-buttons.js';
import { EventReader } from './event-reader.js';
import { LogView } from './log-view.js';
import { entryOf, isNotice } from './message.js';
import { Publisher } from './publish.js';
import { formatTopics, isPattern, parseTopics, topicQuery, topicsInQuery } from './topics.js';

const EVENTS = new URL('events', document.baseURI);
const UPDATE = new URL('update', document.baseURI);
const FIRST_MESSAGES = 20;

const at = (id) => document.getElementById(id);
const log = new LogView(at('log'), at('rows'), showLog);
const announcer = new Announcer(at('news'));
const publisher = new Publisher(UPDATE);

let topics = [];
let reader = null;
let arrived = 0;
let sending = false;

/** Listens to these topics from now on; an empty list is the server's default topic. */
function listenTo(wanted) {
  reader?.stop();
  topics = wanted;
  arrived = 0;
  announcer.clear();
  log.clear();
  at('listen-topics').value = formatTopics(topics);
  document.title = topics.length === 0 ? 'Outpour' : `${formatTopics(topics)} – Outpour`;
  showCommands();
  const url = new URL(EVENTS);
  url.search = topicQuery(topics);
  url.searchParams.set('envelope', 'json');
  reader = new EventReader({ url, last: FIRST_MESSAGES, onEvent: take, onState: showState });
  reader.start();
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
  at('count').textContent = arrived.toLocaleString('en');
  at('count-unit').textContent = arrived === 1 ? 'message' : 'messages';
  at('empty').hidden = !log.isEmpty;
  const hidden = log.unseen > 0 ? ` · ${log.unseen.toLocaleString('en')} new` : '';
  at('jump').hidden = log.following || log.isEmpty;
  at('jump').textContent = `Jump to newest${log.paused ? '' : hidden}`;
  at('pause').textContent = log.paused ? `Resume${hidden}` : 'Pause';
}

function showState({ word, detail }) {
  at('state').dataset.state = word;
  at('state-word').textContent = word;
  at('trouble').hidden = detail === '';
  at('trouble-text').textContent = detail;
  at('try-now').textContent = word === 'reconnecting' ? 'Try now' : 'Connect again';
}

/** What an empty topic field means: the one topic that is listened to, else the server's default. */
function topicToPublishOn() {
  const typed = at('send-topic').value.trim();
  const fallback = topics.length === 1 && !isPattern(topics[0]) ? topics[0] : '';
  at('send-topic').placeholder = fallback || 'default topic';
  return typed || fallback;
}

function showCommands() {
  at('listen-command').textContent = listenCommand(EVENTS, topics);
  at('publish-command').textContent = publishCommand(UPDATE, topicToPublishOn());
}

async function send() {
  const field = at('send-message');
  const message = field.value;
  sending = true;
  showOutcome('Sending …', 'pending');
  try {
    const id = await publisher.publish(message, topicToPublishOn());
    if (field.value === message) {
      field.value = '';
    }
    showOutcome(`Published as ${id}`, 'done');
  } catch (failure) {
    showOutcome(failure.message, 'failed');
  } finally {
    sending = false;
  }
}

function showOutcome(text, outcome) {
  at('outcome').textContent = text;
  at('outcome').dataset.outcome = outcome;
}

at('listen').addEventListener('submit', (submit) => {
  submit.preventDefault();
  const wanted = parseTopics(at('listen-topics').value);
  const query = topicQuery(wanted);
  history.pushState(null, '', query === '' ? location.pathname : `?${query}`);
  listenTo(wanted);
});

at('send').addEventListener('submit', (submit) => {
  submit.preventDefault();
  if (!sending) {
    send();
  }
});

at('send-topic').addEventListener('input', showCommands);

at('pause').addEventListener('click', () => {
  log.paused = !log.paused;
});

at('jump').addEventListener('click', () => {
  log.paused = false;
  log.jumpToNewest();
});

at('try-now').addEventListener('click', () => {
  if (at('state').dataset.state === 'reconnecting') {
    reader.tryNow();
  } else {
    listenTo(topics);
  }
});

addEventListener('online', () => reader.tryNow());
addEventListener('popstate', () => listenTo(topicsInQuery(location.search)));
addEventListener('pagehide', () => reader.stop());
addEventListener('pageshow', (show) => {
  if (show.persisted) {
    listenTo(topics);
  }
});

wireCopyButtons(document);
listenTo(topicsInQuery(location.search));
