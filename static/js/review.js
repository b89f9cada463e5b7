// The review page: a sentence to start from goes into the reason, and "Comment" on a row chooses that row in the form.
// Both have plain links that do the same without scripts.
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
    });
  }

  const path = document.getElementById("comment-path");
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-on]");
    if (!link || !path || link.hash !== "#comment-form") return;
    event.preventDefault();
    path.value = link.dataset.on;
    document.getElementById("comment-text").focus();
  });
})();
