const THANKS_MS = 2_000;

/** Makes each `data-copies="id"` button copy the text of the element with that id. */
export function wireCopyButtons(root) {
  for (const button of root.querySelectorAll('button[data-copies]')) {
    const label = button.textContent;
    let timer = 0;
    button.addEventListener('click', async () => {
      const source = root.getElementById(button.dataset.copies);
      button.textContent = (await copy(source)) ? 'Copied' : 'Selected';
      clearTimeout(timer);
      timer = setTimeout(() => {
        button.textContent = label;
      }, THANKS_MS);
    });
  }
}

/** Where the clipboard is closed to pages (plain HTTP on another host), the text is selected instead. */
async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(source);
    return false;
  }
}
