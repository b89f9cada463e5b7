// The reader's choice of theme. Runs in <head>, before the first paint, so that a dark page never flashes light.
// The choice lives in this browser alone; without a choice the system decides.
(() => {
  const KEY = "theme";
  const root = document.documentElement;

  const stored = () => {
    try { return localStorage.getItem(KEY) || ""; } catch { return ""; }
  };

  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };

  apply(stored());

  document.addEventListener("DOMContentLoaded", () => {
    const control = document.querySelector("[data-theme-control]");
    if (!control) return;
    const select = control.querySelector("select");
    select.value = stored();
    control.hidden = false;
    select.addEventListener("change", () => {
      try { localStorage.setItem(KEY, select.value); } catch { /* storage refused: the choice lasts for this page */ }
      apply(select.value);
    });
  });
})();
