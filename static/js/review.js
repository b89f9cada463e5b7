// The review page: a sentence to start from goes into the reason, and "Comment" on a row chooses that row in the form.
// Both have plain links that do the same without scripts. What is written here and not sent yet is held by this
// tab, so that a comment, a claim or a reload takes no half-written reason away.
(() => {
  const openings = document.querySelector("[data-openings]");
  const rationale = document.getElementById("rationale");
  if (openings && rationale) {
    openings.hidden = false;
    document.querySelector("[data-without-scripts]").hidden = true;
    const select = openings.querySelector("select");
    select.addEventListener("change", () => {
      if (!select.value) return;
      const before = rationale.value.trimEnd();
      rationale.value = `${before}${before ? "\n" : ""}${select.value} `;
      select.value = "";
      rationale.focus();
      rationale.setSelectionRange(rationale.value.length, rationale.value.length);
      rationale.dispatchEvent(new Event("input"));
    });
  }

  const path = document.getElementById("comment-path");
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-on]");
    if (!link || !path || link.hash !== "#comment-form") return;
    event.preventDefault();
    path.value = link.dataset.on;
    path.dispatchEvent(new Event("input"));
    document.getElementById("comment-text").focus();
  });

  const { person } = document.getElementById("decide").dataset;
  const held = (act) => { try { return act(sessionStorage); } catch { return null; } };
  for (const field of document.querySelectorAll("#rationale, #comment-path, #comment-text")) {
    const place = `${person}:${location.pathname}#${field.id}`;
    field.value ||= held((tab) => tab.getItem(place)) ?? "";
    field.addEventListener("input", () => held((tab) => tab.setItem(place, field.value)));
    field.form.addEventListener("submit", () => held((tab) => tab.removeItem(place)));
  }
})();
