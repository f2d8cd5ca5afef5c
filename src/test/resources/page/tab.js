/*
 * The page of OutpourJsIT: reads what its address says, and keeps what it has seen across reloads.
 */
import { Outpour } from '/outpour.js';

const query = new URLSearchParams(location.search);
if (query.has('alone')) {
  delete Navigator.prototype.locks;
}
window.seen = JSON.parse(sessionStorage.getItem('seen') ?? '[]');
window.told = [];
window.events = new Outpour(query.get('url'), {
  token: () => query.get('name'),
  share: 'everyone',
  keep: true,
  silentAfter: Number(query.get('silent') ?? 40_000),
});
events.onmessage = ({ data }) => {
  seen.push(Number(JSON.parse(data).key.split('-')[1]));
  sessionStorage.setItem('seen', JSON.stringify(seen));
};
events.onopen = () => told.push('open');
events.onerror = ({ status, detail }) => told.push(`${events.readyState} ${status} ${detail}`);
for (const word of ['resumed', 'truncated', 'closing', 'ended']) {
  events.addEventListener(`outpour.${word}`, ({ data }) => told.push(`${word} ${data}`));
}
