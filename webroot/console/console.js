import { EventReader } from '../event-reader.js';
import { Charts } from './charts.js';
import { Connections } from './connections.js';
import { Hub } from './hub.js';
import { Messages } from './messages.js';
import { Nodes } from './nodes.js';
import { showClosed, showTopics } from './tables.js';
import { setText } from '../text.js';
import { showTiles } from './tiles.js';

const STATUS = new URL('events?topic=outpour/status', document.baseURI);
const SILENT_AFTER_MS = 8_000;
const EVERY_MS = 1_000;

const at = (id) => document.getElementById(id);
const hub = new Hub();
const nodes = new Nodes();
const charts = new Charts();
const connections = new Connections(hub);
new Messages(hub);

let reader = null;
let state = { word: 'connecting', detail: '', status: 0 };
let chosen = '';
let drawn = -EVERY_MS;
let timer = 0;

/** Reads how the nodes are, from now on. */
function watch() {
  reader?.close();
  reader = new EventReader({
    url: STATUS,
    token: () => hub.token,
    silentAfter: SILENT_AFTER_MS,
    onEvent: take,
    onState: (changed) => {
      const before = state.word;
      state = changed;
      if (state.word === 'live' && before !== 'live') {
        connections.refresh();
      }
      showState();
    },
  });
}

function take({ type, data }) {
  if (type === 'message') {
    nodes.take(data);
    drawSoon();
  }
}

/** Once a second at most, however many nodes there are. */
function drawSoon() {
  if (timer === 0) {
    const wait = Math.max(0, drawn + EVERY_MS - performance.now());
    timer = setTimeout(() => requestAnimationFrame(draw), Math.min(wait, EVERY_MS / 2));
  }
}

function draw() {
  timer = 0;
  drawn = performance.now();
  const names = nodes.names;
  if (!names.includes(chosen)) {
    chosen = names[0];
  }
  const { status, samples } = nodes.get(chosen);
  showTiles(status);
  showTopics(status.topics);
  showClosed(status.closed);
  charts.show(samples);
  showNodes(names);
  showState();
}

function showNodes(names) {
  const choice = at('node-choice');
  at('nodes').hidden = names.length < 2;
  if (choice.options.length !== names.length) {
    choice.replaceChildren(...names.map((name) => new Option(name, name, false, name === chosen)));
  }
}

function showState() {
  const { word, detail, status } = state;
  const silent = word === 'live' && chosen !== '' && nodes.isSilent(chosen);
  const refused = word === 'closed' && (status === 401 || status === 403);
  const shown = silent ? 'silent' : word;
  at('state').dataset.state = shown;
  setText('state-word', refused ? 'not allowed' : shown);
  document.body.classList.toggle('stale', shown !== 'live');
  at('trouble').hidden = detail === '' && !silent;
  at('trouble').dataset.state = word;
  setText('trouble-text', silent ? 'Nothing was heard from this node for some seconds.' : detail);
  at('try-now').hidden = silent || refused;
  setText('try-now', word === 'reconnecting' ? 'Try now' : 'Connect again');
  at('token').hidden = !refused;
  at('forget').hidden = hub.token === '';
}

at('try-now').addEventListener('click', () => (state.word === 'reconnecting' ? reader.tryNow() : watch()));

at('token').addEventListener('submit', (submit) => {
  submit.preventDefault();
  hub.token = at('token-text').value.trim();
  at('token-text').value = '';
  watch();
});

at('forget').addEventListener('click', () => {
  hub.token = '';
  location.reload();
});

at('node-choice').addEventListener('change', () => {
  chosen = at('node-choice').value;
  draw();
});

document.addEventListener('visibilitychange', () => document.hidden || reader.tryNow());
setInterval(showState, EVERY_MS);
watch();
