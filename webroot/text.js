/** Leaves alone what already says so: a live region speaks at every change, and a selection is lost by it. */
export function setText(id, text) {
  const element = document.getElementById(id);
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** A new element with text in it, which is text whatever it holds. */
export function element(name, text = '', className = '') {
  const made = document.createElement(name);
  made.textContent = text;
  if (className !== '') {
    made.className = className;
  }
  return made;
}
