/** The page's elements, by id and kind. */

/** Finds an element, or throws: the page and its script belong together. */
export function find<T extends Element>(id: string, kind: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) {
    throw new Error(
      `Cannot start the demo as #${id} must be a ${kind.name}: current is ${element}`,
    );
  }
  return element;
}

/** Sets an element's text, where it differs: screen readers hear of nothing that did not change. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
