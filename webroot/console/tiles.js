import { bytes, count, duration, millis, rate } from './format.js';
import { setText } from '../text.js';

/** Shows the figures of a node's newest status. */
export function showTiles(status) {
  const { readers, perSecond, latencyMillis, history } = status;
  const { node, version, java, uptimeSeconds } = status;
  setText('node', `Node ${node} · Outpour ${version} · Java ${java} · up ${duration(uptimeSeconds)}`);
  setText('readers', count(readers.connected));
  setText('readers-more', readers.behind === 0 ? 'none behind' : behind(readers));
  setText('delivered', rate(perSecond.delivered));
  setText('delivered-more', `${bytes(perSecond.deliveredBytes)} per second`);
  setText('published', rate(perSecond.published));
  setText('published-more', fanOut(perSecond));
  setText('latency', millis(latencyMillis?.p99));
  setText('latency-more', `p50 ${millis(latencyMillis?.p50)}`);
  setText('history', count(history?.updates));
  setText('history-more', history ? kept(history) : 'not known here');
  setTitle('history-more', history ? `${history.first ?? 'none'} to ${history.last}` : '');
  setText('heap', bytes(status.heapBytes));
  setText('heap-more', `of ${bytes(status.heapMaxBytes)}`);
}

function behind({ behind, furthestBehind }) {
  return `${count(behind)} behind, by up to ${count(furthestBehind)}`;
}

function kept({ bytes: size, ageSeconds }) {
  return `${bytes(size)} · oldest ${duration(ageSeconds)}`;
}

function fanOut({ published, delivered }) {
  return published > 0 ? `each to ${rate(delivered / published)} readers` : 'nothing right now';
}

function setTitle(id, title) {
  const element = document.getElementById(id);
  if (element.title !== title) {
    element.title = title;
  }
}
