// The draft form: says when something is not saved, asks before it is lost, and saves on Ctrl-S.
// The page works without it; the figures beside the form are htmx's business.
(() => {
  const form = document.getElementById("draft-form");
  const saved = document.getElementById("saved");
  if (!form || !saved) return;
  let unsaved = "unsaved" in form.dataset;
  let leavingByForm = false;

  form.addEventListener("input", () => {
    if (unsaved) return;
    unsaved = true;
    saved.textContent = saved.dataset.unsavedWords;
  });

  form.addEventListener("submit", () => { leavingByForm = true; });

  // A page that comes back from the browser's cache was not left by the form any more.
  window.addEventListener("pageshow", () => { leavingByForm = false; });

  window.addEventListener("beforeunload", (event) => {
    if (unsaved && !leavingByForm) event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector('button[name="then"][value="save"]'));
  });

  // Names are of one line, in a field that shows long ones whole.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches(".task-name textarea")) event.preventDefault();
  });
})();
