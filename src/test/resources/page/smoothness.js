/*
 * Run in the console by ConsoleIT: for five seconds, how far apart its frames are. Gives back the half, the 95th and the
 * 100th of a hundred, in milliseconds, and how long the longest task took.
 */
const [done] = arguments;
const MEASURED_MS = 5_000;
const gaps = [];
let longest = 0;
new PerformanceObserver((list) => {
  longest = Math.max(longest, ...list.getEntries().map(({ duration }) => duration));
}).observe({ type: 'longtask' });

const begun = performance.now();
let before = begun;
function frame(now) {
  gaps.push(now - before);
  before = now;
  if (now - begun < MEASURED_MS) {
    requestAnimationFrame(frame);
  } else {
    gaps.sort((one, other) => one - other);
    const at = (share) => Math.round(gaps[Math.floor((gaps.length - 1) * share)]);
    done([at(0.5), at(0.95), at(1), Math.round(longest)]);
  }
}
requestAnimationFrame(frame);
