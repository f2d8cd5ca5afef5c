import { count, duration } from './format.js';
import { element, setText } from '../text.js';

const PAGE = 25;
const AGAIN_MS = 5_000;

/** The list of connections, a page at a time, and how one is ended. Asked for anew every five seconds. */
export class Connections {
  #hub;
  #body = document.getElementById('connections');
  #dialog = /** @type {HTMLDialogElement} */ (document.getElementById('ending'));
  #topic = '';
  #after = '';
  #last = '';
  #asked = 0;
  #timer = 0;
  #ending = '';

  /** @param {import('./hub.js').Hub} hub */
  constructor(hub) {
    this.#hub = hub;
    document.getElementById('connections-filter').addEventListener('submit', (submit) => {
      submit.preventDefault();
      this.#topic = /** @type {HTMLInputElement} */ (document.getElementById('connections-topic')).value.trim();
      this.#turnTo('');
    });
    document.getElementById('connections-first').addEventListener('click', () => this.#turnTo(''));
    document.getElementById('connections-next').addEventListener('click', () => this.#turnTo(this.#last));
    this.#body.addEventListener('click', (click) => this.#clicked(click));
    this.#dialog.addEventListener('close', () => this.#decided());
    document.addEventListener('visibilitychange', () => document.hidden || this.refresh());
  }

  /** Asks for the page that is shown, now and again while anybody looks. */
  async refresh() {
    clearTimeout(this.#timer);
    const asked = ++this.#asked;
    const answer = await this.#hub.readers(this.#topic, this.#after, PAGE).catch((failure) => failure);
    if (asked !== this.#asked) {
      return;
    }
    if (answer instanceof Error) {
      setText('connections-note', answer.message);
    } else {
      this.#show(answer);
    }
    if (!document.hidden) {
      this.#timer = setTimeout(() => this.refresh(), AGAIN_MS);
    }
  }

  #turnTo(after) {
    this.#after = after;
    this.refresh();
  }

  #show({ count: all, readers, more, missing = [] }) {
    const of = this.#topic === '' ? '' : ` of ${this.#topic}`;
    setText('connections-count', `${count(all)} ${all === 1 ? 'reader' : 'readers'}${of}`);
    const notes = [
      readers.length === 0 ? (this.#after === '' ? 'Nobody reads here now.' : 'There are no more.') : '',
      missing.length > 0 ? `Not heard from: ${missing.join(', ')}.` : '',
    ];
    setText('connections-note', notes.join(' ').trim());
    this.#last = readers.at(-1)?.id ?? this.#after;
    document.getElementById('connections-first').hidden = this.#after === '';
    document.getElementById('connections-next').hidden = !more;
    const rows = new Map(Array.from(this.#body.rows, (row) => [row.dataset.id, row]));
    const wanted = readers.map((reader) => fill(rows.get(reader.id) ?? rowOf(reader), reader));
    const stays = new Set(wanted);
    rows.forEach((row) => stays.has(row) || row.remove());
    wanted.forEach((row, at) => {
      if (this.#body.rows[at] !== row) {
        this.#body.insertBefore(row, this.#body.rows[at] ?? null);
      }
    });
  }

  #clicked({ target }) {
    const row = target.closest('button') && target.closest('tr');
    if (row) {
      this.#ending = row.dataset.id;
      setText('ending-text', `${row.dataset.address} reads ${row.dataset.topics}.`);
      this.#dialog.returnValue = '';
      this.#dialog.showModal();
    }
  }

  async #decided() {
    const id = this.#ending;
    if (this.#dialog.returnValue !== 'yes') {
      return;
    }
    const outcome = await this.#hub.end(id).then(
      () => `The stream ${id} was ended.`,
      (failure) => failure.message,
    );
    setText('connections-outcome', outcome);
    this.refresh();
  }
}

function rowOf({ id, address, identity, topics, since }) {
  const row = element('tr');
  row.dataset.id = id;
  row.dataset.address = address;
  row.dataset.topics = topics.join(', ');
  const who = element('th');
  who.scope = 'row';
  who.append(element('code', address));
  if (identity !== null) {
    who.append(' ', element('bdi', identity, 'soft'));
  }
  const where = element('td', '', 'topics');
  topics.forEach((topic) => where.append(element('bdi', topic, 'topic'), ' '));
  const position = element('td');
  position.append(element('code'));
  const age = element('td');
  const time = element('time');
  time.dateTime = since;
  time.title = since;
  age.append(time);
  const action = element('td', '', 'action');
  const end = element('button', 'End', 'quiet');
  end.type = 'button';
  end.setAttribute('aria-label', `End the stream of ${address}`);
  action.append(end);
  const lag = element('td');
  row.append(who, where, labelled(position, 'Position'), labelled(lag, 'Lag'), labelled(age, 'Since'), action);
  return row;
}

/** What stands before a cell where there is no room for the head of the table. */
function labelled(cell, label) {
  cell.dataset.label = label;
  return cell;
}

function fill(row, { position, lag, since }) {
  change(row.cells[2].firstElementChild, position ?? '–');
  change(row.cells[3], lag === null ? '–' : count(lag));
  row.cells[3].classList.toggle('late', lag > 0);
  change(row.cells[4].firstElementChild, duration((Date.now() - Date.parse(since)) / 1000));
  return row;
}

function change(cell, text) {
  if (cell.textContent !== text) {
    cell.textContent = text;
  }
}
