const COLLAPSED = 2_000;
const LONGEST = 100_000;

/**
 * One row of the log. Whatever a publisher wrote goes in as text and only as text.
 *
 * @param {import('./message.js').Entry} entry
 * @returns {HTMLLIElement}
 */
export function rowOf(entry) {
  const row = element('li', entry.kind);
  row.append(timeOf(entry.time));
  const where = element('span', 'where');
  for (const topic of entry.topics) {
    where.append(element('bdi', 'topic', topic), ' ');
  }
  if (entry.event !== '') {
    where.append(element('bdi', 'event', entry.event));
  }
  row.append(where, textOf(entry), element('code', 'id', entry.id));
  return row;
}

function timeOf(date) {
  const today = date.toDateString() === new Date().toDateString();
  const clock = date.toLocaleTimeString(undefined, { timeStyle: 'medium', hourCycle: 'h23' });
  const day = date.toLocaleDateString(undefined, { day: 'numeric', month: 'short' });
  const time = element('time', 'time', today ? clock : `${day}, ${clock}`);
  time.dateTime = date.toISOString();
  time.title = date.toISOString();
  return time;
}

function textOf({ text, isJson }) {
  const block = element('div', isJson ? 'text json' : 'text');
  block.dir = isJson ? 'ltr' : 'auto';
  if (text.length <= COLLAPSED) {
    block.textContent = text;
    return block;
  }
  const shown = document.createTextNode(text.slice(0, COLLAPSED));
  const kept = text.slice(0, LONGEST);
  const more = element('button', 'quiet', `Show more of ${text.length.toLocaleString('en')} characters`);
  more.type = 'button';
  more.addEventListener('click', () => {
    shown.data = kept;
    more.replaceWith(kept.length < text.length ? '… and more than is kept here' : '');
  });
  block.append(shown, '… ', more);
  return block;
}

function element(name, className, text = '') {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
