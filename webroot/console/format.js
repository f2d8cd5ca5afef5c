/** Numbers as people read them. All give a dash for what is not known. */

const NONE = '–';
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

export function count(value) {
  return isNumber(value) ? Math.round(value).toLocaleString('en') : NONE;
}

/** A rate: with a decimal where it is small. */
export function rate(value) {
  return isNumber(value) ? value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 }) : NONE;
}

export function millis(value) {
  return isNumber(value) ? `${value.toLocaleString('en', { maximumSignificantDigits: 3 })} ms` : NONE;
}

export function bytes(value) {
  if (!isNumber(value)) {
    return NONE;
  }
  let unit = 0;
  let rest = value;
  while (rest >= 1000 && unit < UNITS.length - 1) {
    rest /= 1000;
    unit++;
  }
  return `${rest.toLocaleString('en', { maximumFractionDigits: unit > 0 && rest < 10 ? 1 : 0 })} ${UNITS[unit]}`;
}

/** A time that has passed, in its two largest units. */
export function duration(seconds) {
  if (!isNumber(seconds)) {
    return NONE;
  }
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3_600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  return first < 0 ? '0 s' : parts.slice(first, first + 2).map((part) => part.join(' ')).join(' ');
}

/** A large number for an axis: 50,000 is 50k. */
export function short(value) {
  return value.toLocaleString('en', { notation: 'compact', maximumFractionDigits: 1 });
}

function isNumber(value) {
  return typeof value === 'number' && Number.isFinite(value);
}
