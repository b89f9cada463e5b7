// Part of a recomputed page that says what it said before is left as it is: a screen reader would read it out again.
(() => {
  const words = (node) => node.textContent.trim().replace(/\s+/g, " ");
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    if (target.closest("[role=status]") && words(target) === words(fragment)) event.detail.shouldSwap = false;
  });
})();
