import { count, rate } from './format.js';
import { element } from '../text.js';

const REASONS = {
  gone: 'the reader left',
  shutdown: 'the hub shut down',
  expired: 'the token expired',
  revoked: 'the right was revoked',
  slow: 'took nothing for too long',
  limit: 'over a limit',
  overload: 'memory ran short',
  unavailable: 'the log was away',
  'ended-by-operator': 'ended by an operator',
  ended: 'its topics ended',
};

/** Shows the topics that most is published to. */
export function showTopics(topics) {
  fill('topics', topics.map(({ topic, publishedPerSecond: pace, readers }) => [topic, rate(pace), count(readers)]));
}

/** Shows how many streams were closed for which reason, most first. */
export function showClosed(closed) {
  const counted = Object.entries(closed).filter(([, times]) => times > 0);
  counted.sort(([, one], [, other]) => other - one);
  fill('closed', counted.map(([reason, times]) => [REASONS[reason] ?? reason, count(times)]));
}

/** Changes only the cells that differ. */
function fill(id, rows) {
  const body = document.getElementById(id);
  document.getElementById(`${id}-empty`).hidden = rows.length > 0;
  body.parentElement.hidden = rows.length === 0;
  while (body.rows.length > rows.length) {
    body.lastElementChild.remove();
  }
  rows.forEach((cells, at) => {
    const row = body.rows[at] ?? body.appendChild(rowOf(cells.length));
    cells.forEach((text, column) => {
      const place = column === 0 ? row.cells[0].firstElementChild : row.cells[column];
      if (place.textContent !== text) {
        place.textContent = text;
      }
    });
  });
}

function rowOf(columns) {
  const row = element('tr');
  const name = element('th');
  name.scope = 'row';
  name.append(element('bdi'));
  row.append(name, ...Array.from({ length: columns - 1 }, () => element('td')));
  return row;
}
